"""Stop words and end marks by language.

Stop words are the commonest function words of a language: running text has some of them, lists of
names and links have none.  In lower case; ten or so a language are enough.
"""

from __future__ import annotations

from functools import cache
from typing import Final

__all__ = ["END_MARKS", "NO_SPACES", "STOP_WORDS", "end_marks", "stop_words"]

#: Languages that are written without spaces between words.
NO_SPACES: Final = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo", "dz", "yue", "wuu"})

_TABLE: Final = """
en the be to of and that have with in is for it was on as are this from
de der die das und ist nicht mit den von ein eine zu auf für sich im dem auch
fr le la les de des et est que un une pour dans pas qui sur avec par au
es el la los las de que y en un una por con no para es se del lo
pt o a os as de que e em um uma para com não por se do da no
it il la di che e un una per non con del della sono è le i si nel
nl de het een en van is dat op te niet met voor zijn die er aan
sv och att det som en är på för med inte av till den har ett de
da og at det som en er på for med ikke af til den har et de
nb og at det som en er på for med ikke av til den har et de
nn og at det som ein er på for med ikkje av til den har eit dei
no og at det som en er på for med ikke av til den har et de
fi ja on ei että se oli hän joka ovat mutta kun myös tai kuin ole
is og að er í á sem það til við ekki en um hann var með
et ja on ei et see oli mis ka kui aga oma nii siis ning
lv un ir ar no uz ka tas par nav bet kas arī vai kā
lt ir yra kad su iš į tai bet ne kaip apie po buvo jo
pl i w na z do nie że się to jest o jak po od ale za
cs a v na se je že s z to do i o ale jako by pro
sk a v na sa je že s z to do aj o ale ako by pre
sl in je na da se v za so ki z pa tudi bi ne po
hr i je u na da se za su s od koji kao ne što ali
bs i je u na da se za su s od koji kao ne što ali
sr и је у на да се за су са од који као не што али
hu a az és hogy nem is egy ez van volt de csak meg mint már
ro și de la în a nu o că cu pe un este din care mai
sq dhe të e në për me një që nga si ka është u më
el και το η ο να του της την των στο με για που από δεν
bg и на да в се за от е не с по като са но че
mk и на да во се за од е не со по како се но што
ru и в не на что с по как это из для он но от за к
uk і в не на що з та як це до для він але від за у
be і у не на што з як гэта да для ён але ад за
tr ve bir bu da de için ile çok olarak daha gibi ama ne olan
az və bir bu da də üçün ilə çox daha kimi amma nə olan
ca el la els les de que i en un una per amb no és del al
gl o a os as de que e en un unha para con non por se do
eu eta da ez bat du dira zen egin ere baina hau baino edo
cy y yr a i o yn ar mae ac am ei fod wedi gan
ga an na agus a i ar go is le do sé tá nach ag
af die en van is het nie in dat op te met vir was om
id yang dan di itu dengan untuk tidak ini dari dalam akan pada juga adalah
ms yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ialah
tl ang ng sa na at mga ay si para ito hindi kung may
fil ang ng sa na at mga ay si para ito hindi kung may
vi và của là có không được cho các một những với trong đã người
sw na ya wa kwa ni la katika za kuwa hii cha si lakini
ha da a na ta ya ba ga wannan don shi mai cikin
yo ti ni àti sí fún kan pé náà wọn kò bí
so iyo waa in ka ku oo ah uu ee la soo aan
eo la kaj de en estas ne por ke al kun sed mi tio
ar في من على أن إلى عن ما هذا لا التي مع كان الذي
fa و در به از که این را با است برای آن تا بر
ur کے کی میں ہے اور سے کا کو نے پر یہ کہ
he של את על לא זה עם הוא כי גם אל היא אבל
yi און די אין פון צו מיט איז אז נישט דער
hi के है में की और से का को पर ने यह कि
mr आहे आणि या हे की तर मध्ये होते आहेत नाही
ne को र मा छ ले पनि गरेको यो भएको लागि
bn ও এই যে না থেকে করে হয় জন্য তার একটি
gu છે અને તે આ માટે કે પણ નથી એક હતી
pa ਦੇ ਦੀ ਹੈ ਵਿੱਚ ਅਤੇ ਨੂੰ ਤੋਂ ਦਾ ਕਿ
ta மற்றும் ஒரு என்று இந்த அது என்ற அவர் இல்லை
te మరియు ఈ ఒక అని ఆ కూడా తన వారు
kn ಮತ್ತು ಈ ಒಂದು ಎಂದು ಆ ಅವರು ಇದು
ml ഒരു ഈ എന്ന ആ അത് അവർ എന്നാൽ
ko 그 이 수 있는 것 등 및 있다 그리고 한
ka და რომ არ ეს იყო მისი კი რა ამ უნდა
hy և է որ մի ու այդ այս են համար իր
kk және бұл мен үшін да де бір ол деп
am ነው እና ላይ ወደ ነበር ይህ ግን
"""

#: Function words by primary language tag.
STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    line.split(" ", 1)[0]: frozenset(line.split()[1:]) for line in _TABLE.strip().split("\n")
}

#: What a sentence ends in, in any language; then what may stand behind it.
END_MARKS: Final = ".!?…。！？।॥؟۔։።་།။‼⁇"
_BEHIND: Final = "\"'”’»“)]」』）›"
_OTHERS: Final = {"el": ";·", "th": "ๆ", "hy": ":"}


def stop_words(tag: str) -> list[frozenset[str]]:
    """The stop words of a language by its BCP 47 tag; those of all where it is ``und``."""
    if tag == "und":
        return list(STOP_WORDS.values())
    known = STOP_WORDS.get(tag.split("-", 1)[0])
    return [] if known is None else [known]


@cache
def end_marks(tag: str) -> frozenset[str]:
    """The characters that a line of running text ends in: end marks, quotation marks, brackets."""
    return frozenset((*END_MARKS, *_BEHIND, *_OTHERS.get(tag.split("-", 1)[0], "")))
