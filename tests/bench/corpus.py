"""Documents made on the spot, from sentences and furniture written for this purpose.

Neither the sentences nor the furniture are the examples of the rules: what is measured on them
says how the rules do on text that they were not made from.  Everything is seeded.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

__all__ = ["FURNITURE", "SENTENCES", "Dirty", "dirty", "dumped", "listing", "page", "prose"]

SENTENCES = {
    "en": """The ferry was late again, and the harbour master blamed the fog.
A gardener found the coin while digging out an old pear tree behind the chapel.
Nobody on the committee could say who had signed the second letter.
After the flood, the school moved into the upper floor of the old brewery.
Prices for firewood have doubled since the first frost.
The choir rehearses on Thursdays, usually until the caretaker turns the lights off.
Her grandfather had built the boat from the planks of a barn.
Three of the five bridges will be closed to lorries from Monday.
The judge asked twice whether the witness had understood the question.
In the end it was the baker who noticed that the clock ran backwards.
Volunteers counted more than four hundred cranes on the wet meadows.
The new timetable has one advantage: nobody believes in it.
A spokeswoman for the hospital declined to comment on the figures.
They had planned for rain, but not for hail the size of walnuts.
The library keeps its oldest map in a drawer that only two people may open.
Most of the money came from a raffle and a sale of jam.""",
    "de": """Die Fähre hatte wieder Verspätung, und der Hafenmeister gab dem Nebel die Schuld.
Ein Gärtner fand die Münze, als er hinter der Kapelle einen alten Birnbaum ausgrub.
Niemand im Ausschuss konnte sagen, wer den zweiten Brief unterschrieben hatte.
Nach der Flut zog die Schule in das obere Stockwerk der alten Brauerei.
Die Preise für Brennholz haben sich seit dem ersten Frost verdoppelt.
Der Chor probt donnerstags, meist bis der Hausmeister das Licht ausmacht.
Ihr Großvater hatte das Boot aus den Brettern einer Scheune gebaut.
Drei der fünf Brücken werden ab Montag für Lastwagen gesperrt.
Die Richterin fragte zweimal, ob der Zeuge die Frage verstanden habe.
Am Ende war es der Bäcker, der bemerkte, dass die Uhr rückwärts lief.
Freiwillige zählten mehr als vierhundert Kraniche auf den nassen Wiesen.
Eine Sprecherin des Krankenhauses wollte sich zu den Zahlen nicht äußern.""",
    "fr": """Le bac était encore en retard, et le capitaine du port accusa le brouillard.
Un jardinier a trouvé la pièce en déterrant un vieux poirier derrière la chapelle.
Personne au comité ne savait qui avait signé la deuxième lettre.
Après la crue, l’école s’est installée à l’étage de l’ancienne brasserie.
Le prix du bois de chauffage a doublé depuis les premières gelées.
La chorale répète le jeudi, en général jusqu’à ce que le gardien éteigne.
Son grand-père avait construit la barque avec les planches d’une grange.
Trois des cinq ponts seront fermés aux camions dès lundi.
La juge a demandé deux fois si le témoin avait compris la question.
Des bénévoles ont compté plus de quatre cents grues dans les prairies humides.""",
    "es": """El transbordador volvió a retrasarse y el capitán del puerto culpó a la niebla.
Un jardinero encontró la moneda al desenterrar un viejo peral detrás de la capilla.
Nadie en el comité supo decir quién había firmado la segunda carta.
Tras la inundación, la escuela se trasladó al piso alto de la antigua cervecería.
El precio de la leña se ha duplicado desde la primera helada.
El coro ensaya los jueves, casi siempre hasta que el conserje apaga la luz.
Su abuelo había construido la barca con las tablas de un granero.
Tres de los cinco puentes quedarán cerrados a los camiones desde el lunes.
La jueza preguntó dos veces si el testigo había entendido la pregunta.
Los voluntarios contaron más de cuatrocientas grullas en los prados húmedos.""",
    "it": """Il traghetto era di nuovo in ritardo e il comandante del porto diede la colpa alla nebbia.
Un giardiniere trovò la moneta mentre sradicava un vecchio pero dietro la cappella.
Nessuno nel comitato sapeva dire chi avesse firmato la seconda lettera.
Dopo l’alluvione la scuola si trasferì al piano alto della vecchia birreria.
Il prezzo della legna è raddoppiato dalla prima gelata.
Il coro prova il giovedì, di solito finché il custode spegne le luci.
Suo nonno aveva costruito la barca con le assi di un fienile.
Tre dei cinque ponti saranno chiusi ai camion da lunedì.""",
}
SENTENCES = {tag: text.split("\n") for tag, text in SENTENCES.items()}

HEADLINES = {
    "en": ["Fog stops the ferry for a third day", "Old pear tree hides a Roman coin", "School finds a home in the brewery"],
    "de": ["Nebel hält die Fähre den dritten Tag auf", "Alter Birnbaum verbirgt römische Münze", "Schule findet Zuflucht in der Brauerei"],
    "fr": ["Le brouillard arrête le bac pour le troisième jour", "Un vieux poirier cachait une pièce romaine", "L’école trouve refuge dans la brasserie"],
    "es": ["La niebla detiene el transbordador por tercer día", "Un viejo peral escondía una moneda romana", "La escuela encuentra casa en la cervecería"],
    "it": ["La nebbia ferma il traghetto per il terzo giorno", "Un vecchio pero nascondeva una moneta romana", "La scuola trova casa nella birreria"],
}  # fmt: skip

FURNITURE = {
    "en": ["Share this story", "Tweet", "Email this article", "Print", "Advertisement", "Sign up for our daily newsletter",
           "Leave a comment", "3 Comments", "Read more", "Related stories", "Follow us on Instagram", "Back to top",
           "© 2023 All rights reserved", "Accept all cookies", "Log in to comment", "Photo: R. Hale", "Skip to main content", "Loading..."],
    "de": ["Artikel teilen", "Auf Facebook teilen", "Drucken", "Anzeige", "Jetzt Newsletter abonnieren", "Kommentar schreiben",
           "12 Kommentare", "Mehr zum Thema", "Folgen Sie uns auf Twitter", "Nach oben", "© 2023 Alle Rechte vorbehalten",
           "Alle Cookies akzeptieren", "Foto: R. Hahn", "Zum Inhalt springen", "Artikel merken"],
    "fr": ["Partager l’article", "Partager sur Facebook", "Imprimer", "Publicité", "Inscrivez-vous à notre newsletter",
           "Laisser un commentaire", "4 commentaires", "À lire aussi", "Suivez-nous sur Twitter", "Haut de page",
           "© 2023 Tous droits réservés", "Tout accepter", "Photo : R. Halle", "Aller au contenu"],
    "es": ["Compartir en Facebook", "Imprimir", "Publicidad", "Suscríbete a nuestra newsletter", "Deja un comentario",
           "5 comentarios", "Te puede interesar", "Síguenos en Twitter", "Volver arriba", "© 2023 Todos los derechos reservados",
           "Aceptar todas las cookies", "Foto: R. Haro", "Ir al contenido"],
    "it": ["Condividi su Facebook", "Stampa", "Pubblicità", "Iscriviti alla newsletter", "Lascia un commento", "6 commenti",
           "Leggi anche", "Seguici su Twitter", "Torna su", "© 2023 Tutti i diritti riservati", "Accetta tutti i cookie",
           "Foto: R. Alto", "Vai al contenuto"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dirty:
    """A document with what is wrong with it known.

    Attributes:
        language: its tag.
        text: as a scraper would have left it.
        body: the paragraphs that must stay.
        furniture: the lines that must go.
    """

    language: str
    text: str
    body: tuple[str, ...]
    furniture: tuple[str, ...]


def prose(language: str, chance: random.Random, paragraphs: int) -> list[str]:
    """Clean paragraphs; no sentence comes twice, so there may be fewer than asked for."""
    left = chance.sample(SENTENCES[language], len(SENTENCES[language]))
    found = []
    while len(found) < paragraphs and len(left) > 1:
        size = chance.randint(1, 3)
        found.append(" ".join(left[:size]))
        del left[:size]
    return found


def dirty(number: int) -> Dirty:
    """The document of that number: a headline, prose, and furniture at both ends and between."""
    chance = random.Random(number)
    language = chance.choice(sorted(SENTENCES))
    body = prose(language, chance, chance.randint(4, 9))
    pieces = chance.sample(FURNITURE[language], chance.randint(3, 8))
    top, middle = pieces[: len(pieces) // 3], pieces[len(pieces) // 3 : len(pieces) // 3 + 1]
    bottom = pieces[len(pieces) // 3 + 1 :]
    at = chance.randint(1, len(body) - 1)
    lines = [*top, chance.choice(HEADLINES[language]), *body[:at], *middle, *body[at:], *bottom]
    gap = chance.choice(["\n", "\n\n"])
    return Dirty(language, gap.join(lines) + "\n", tuple(body), tuple(pieces))


def _entries(language: str, chance: random.Random, count: int) -> list[str]:
    """Entries of a menu: one to three words of the sentences, each with a capital."""
    words = [word for one in SENTENCES[language] for word in re.findall(r"[^\W\d_]{4,}", one)]
    return [
        " ".join(word.title() for word in chance.sample(words, chance.choice((1, 1, 2, 2, 3))))
        for _ in range(count)
    ]


def dumped(number: int) -> Dirty:
    """The dump of a whole page: menus, an article, teasers or comments, menus again.

    Menus and teasers are made of the words of the sentences, so that no rule knows them; only a few
    lines of furniture stand among them.
    """
    chance = random.Random(f"dump {number}")
    language = chance.choice(sorted(SENTENCES))
    pieces = chance.sample(FURNITURE[language], 6)
    sentences = chance.sample(SENTENCES[language], len(SENTENCES[language]))
    body = [" ".join(sentences[at : at + 2]) for at in range(0, 12, 2)]
    rest = sentences[12:]
    top = [*_entries(language, chance, chance.randint(8, 40)), *pieces[:2]]
    bottom = [*pieces[2:4], *_entries(language, chance, chance.randint(10, 40)), *pieces[4:]]
    tail = []
    for sentence in rest[: chance.randint(0, 6)]:
        name = " ".join(_entries(language, chance, 1))
        day, hour = chance.randint(10, 28), chance.randint(10, 22)
        tail += chance.choice(([name, sentence], [f"{day}.04.2021 {hour}:{day}", sentence]))
    lines = [*top, chance.choice(HEADLINES[language]), *body, *pieces[2:3], *tail, *bottom]
    gone = tuple(dict.fromkeys((*top, *tail, *bottom)))
    return Dirty(language, "\n".join(lines) + "\n", tuple(body), gone)


def listing(number: int) -> tuple[str, str]:
    """A clean text with short lines of its own: a list, figures or verse, and its language."""
    chance = random.Random(f"list {number}")
    language = chance.choice(sorted(SENTENCES))
    body = prose(language, chance, 5)
    words = [word for one in SENTENCES[language] for word in one.split()]
    count = chance.randint(4, 25)
    kind = number % 4
    if kind == 0:
        part = [f"- {' '.join(chance.sample(words, 3)).lower().strip('.')}" for _ in range(count)]
    elif kind == 1:
        part = [f"{word.title()}\t{chance.randint(1, 999)}" for word in chance.sample(words, count)]
    elif kind == 2:
        cuts = " ".join(chance.sample(SENTENCES[language], 6)).split()
        part = [" ".join(cuts[at : at + 5]) for at in range(0, len(cuts), 5)]
    else:
        part = [f"{place}. {word.title()}" for place, word in enumerate(words[:count], 1)]
    at = chance.randint(1, len(body))
    return "\n\n".join([*body[:at], "\n".join(part), *body[at:]]), language


def page(number: int) -> tuple[str, Dirty]:
    """The same as HTML."""
    document = dirty(number)
    chance = random.Random(-number)
    links = "".join(
        f'<li><a href="/{word}">{word}</a></li>' for word in ("Start", "Sport", "Kultur", "Wetter")
    )
    body = "".join(f"<p>{one}</p>\n" for one in document.body)
    head = chance.choice(HEADLINES[document.language])
    foot = "".join(f"<div><a href='#'>{one}</a></div>" for one in document.furniture)
    html = (
        f'<!DOCTYPE html><html lang="{document.language}"><head><meta charset="utf-8"><title>{head}</title></head>'
        f"<body><nav><ul>{links}</ul></nav><main><article><h1>{head}</h1>{body}</article>"
        f'<aside class="related">{foot}</aside></main><footer>{links}</footer></body></html>'
    )
    return html, document
