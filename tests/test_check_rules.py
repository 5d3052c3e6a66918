"""Each rule of the standard broken once in an archive that is right otherwise."""

import hashlib
import io

import pytest
import warcs
from warcs import (
    IDENTICAL,
    continuation,
    conversion,
    good_records,
    http,
    metadata,
    record,
    record_id,
    request,
    resource,
    response,
    revisit,
    sha1,
    sha256,
    warcinfo,
)

from archivetk.check import RULES, Summary, check_file
from archivetk.check.blocks import _differs
from archivetk.readers.warc.digests import parse_digest


def found(data, name="x.warc"):
    return list(check_file(io.BytesIO(data), name, Summary()))


def errors(data):
    return {one.rule for one in found(data) if one.severity == "error"}


def rules(data):
    return {one.rule for one in found(data)}


def changed(one, old, new):
    assert old in one
    return one.replace(old, new, 1)


# right ------------------------------------------------------------------------------------------

RIGHT = {
    "all types 1.1": b"".join(good_records()),
    "all types 1.0": b"".join(good_records("1.0")),
    "members": warcs.gz(good_records()),
    "upper and lower case": changed(
        changed(response(), b"WARC-Record-ID", b"warc-record-id"),
        b"Content-Length",
        b"CONTENT-LENGTH",
    ),
    "folded line": changed(response(), b"WARC-Date: ", b"WARC-Date:\r\n \t "),
    "no space behind the colon": changed(response(), b"WARC-Date: ", b"WARC-Date:"),
    "extension field": response(fields={"X-Crawl-Depth": "3", "WARC-JSON-Metadata": '{"a": 1}'}),
    "UTF-8 in a value": warcinfo(fields={"WARC-Filename": "Fähre.warc.gz"}),
    "several concurrent": request(
        fields={"WARC-Concurrent-To": record_id(1) + "\r\nWARC-Concurrent-To: " + record_id(9)}
    ),
    "no digests": record(
        "resource",
        {"WARC-Target-URI": "http://example.org/a", "Content-Type": "text/plain"},
        b"text",
    ),
    "segments": response(fields={"WARC-Segment-Number": "1"}) + continuation(),
    "segment without its origin": continuation(),
    "IPv6": response(fields={"WARC-IP-Address": "2001:db8::7"}),
    "IPv4 in IPv6": response(fields={"WARC-IP-Address": "::ffff:192.0.2.1"}),
    "date of a day": response(fields={"WARC-Date": "2024-03-05"}),
    "date of a year": response(fields={"WARC-Date": "2024"}),
    "date of a nanosecond": response(fields={"WARC-Date": "2024-03-05T06:07:08.123456789Z"}),
    "leap second": response(fields={"WARC-Date": "2016-12-31T23:59:60Z"}),
    "sha1 in hex": response(
        fields={"WARC-Block-Digest": "sha1:" + warcs.hashlib.sha1(http()).hexdigest()}
    ),
    "md5": response(fields={"WARC-Block-Digest": "md5:" + warcs.hashlib.md5(http()).hexdigest()}),
    "SHA-256 in base32": response(
        fields={
            "WARC-Block-Digest": "SHA-256:"
            + warcs.base64.b32encode(warcs.hashlib.sha256(http()).digest()).decode()
        }
    ),
    "lower-case base32": response(fields={"WARC-Block-Digest": sha1(http()).lower()}),
    "truncated": response(http(b"half a pa"), fields={"WARC-Truncated": "time"}),
    "empty block": record("resource", {"WARC-Target-URI": "http://example.org/none"}),
    "empty metadata": record("metadata", {"WARC-Target-URI": "http://example.org/none"}),
    "media type with quoted parameter": resource(
        fields={"Content-Type": 'text/plain; charset="utf-8"; note="a;b"'}
    ),
    "media type without space": response(
        fields={"Content-Type": "application/http;msgtype=response"}
    ),
    "revisit without a block": revisit(block=b"", fields={"WARC-Profile": IDENTICAL}),
    "revisit not modified": revisit(
        block=http(b"", "304 Not Modified"),
        fields={"WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified"},
    ),
    "dns": resource(
        b"20240305060708\nexample.org. 60 IN A 192.0.2.1\n",
        fields={"WARC-Target-URI": "dns:example.org", "Content-Type": "text/dns"},
    ),
    "escaped address": response(url="http://example.org/a%20b?c=%C3%A4&d=%5B1%5D#e"),
    "address of IPv6": response(url="http://[2001:db8::7]:8080/x"),
    "urn": resource(fields={"WARC-Target-URI": "urn:isbn:0451450523"}),
    "id of another scheme": response(fields={"WARC-Record-ID": "<http://example.org/ids/1>"}),
    "brackets in 1.0": response(url="<http://example.org/ferry>", version="1.0"),
    "chunked": response(
        http(warcs.chunked(warcs.PAGE), fields=(("Transfer-Encoding", "chunked"),)),
        fields={"WARC-Payload-Digest": sha1(warcs.PAGE)},
    ),
    "warcinfo in the middle": response() + warcinfo(),
    "archive within an archive": resource(
        b"".join(good_records()), fields={"Content-Type": "application/warc"}
    ),
    "quoted file name": warcinfo(fields={"WARC-Filename": '"a b.warc.gz"'}),
    "encoded word": warcinfo(fields={"WARC-Filename": "=?utf-8?q?F=C3=A4hre.warc.gz?="}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_blamed(name):
    assert [str(one) for one in found(RIGHT[name]) if one.severity != "info"] == []


# wrong ------------------------------------------------------------------------------------------

ID = "WARC-Record-ID"
WRONG = {
    # the record
    "version missing": ("record-garbage", response()[10:]),
    "version too old": (
        "record-version",
        changed(response(), b"WARC/1.1", b"WARC/0.9"),
    ),
    "version unknown": ("record-version", changed(response(), b"WARC/1.1", b"WARC/3.7")),
    "version malformed": ("record-version", changed(response(), b"WARC/1.1", b"WARC/1.x")),
    "version with a blank": ("record-version", changed(response(), b"WARC/1.1", b"WARC/1.1 ")),
    "version in lower case": ("record-garbage", changed(response(), b"WARC/1.1", b"warc/1.1")),
    "bare line feeds": ("header-line-end", changed(response(), b"Z\r\n", b"Z\n")),
    "nothing behind": ("record-truncated", response(end=b"")),
    "one line break behind": ("record-end", response(end=b"\r\n") + request()),
    "line feeds behind": ("record-end", response(end=b"\n\n") + request()),
    "three line breaks behind": ("record-newlines", response(end=b"\r\n\r\n\r\n") + request()),
    "garbage behind": ("length-wrong", response()[:-4] + b"garbage" + b"\r\n\r\n" + request()),
    "garbage at the end": ("record-garbage", response() + b"garbage"),
    "garbage in front": ("record-garbage", b"garbage" + response()),
    "blank lines in front": ("record-newlines", b"\r\n\r\n" + response()),
    "truncated block": ("record-truncated", response()[:-30]),
    "truncated header": ("header-truncated", response()[:60]),
    "no blank line behind the header": (
        "header-truncated",
        record("resource", drop=("WARC-Date",))[:-6],
    ),
    "empty file": ("file-empty", b""),
    "no archive": ("file-not-archive", b"just a text\n"),
    # length
    "no length": ("length-missing", response(drop=("Content-Length",)) + request()),
    "length too small": ("length-wrong", response(length=20) + request()),
    "length too large": ("length-wrong", response(length=300) + request()),
    "length negative": ("length-syntax", response(length="-5")),
    "length with sign": ("length-syntax", response(length="+5")),
    "length not a number": ("length-syntax", response(length="many")),
    "length in hex": ("length-syntax", response(length="0x20")),
    "length with fraction": ("length-syntax", response(length="20.0")),
    "length empty": ("field-empty", response(length="")),
    # fields
    "no colon": ("field-syntax", changed(response(), b"WARC-Type", b"just words\r\nWARC-Type")),
    "blank in front of the colon": (
        "field-name",
        changed(response(), b"WARC-Date:", b"WARC-Date :"),
    ),
    "name with a blank": ("field-name", response(fields={"X Y": "z"})),
    "name in brackets": ("field-name", response(fields={"[X]": "z"})),
    "no name": ("field-name", response(fields={"": "z"})),
    "continued from nothing": (
        "field-syntax",
        changed(response(), b"\r\nWARC-Type", b"\r\n x\r\nWARC-Type"),
    ),
    "control character": ("field-value", response(fields={"X-Y": "a\x01b"})),
    "NUL": ("field-value", response(fields={"X-Y": "a\0b"})),
    "not UTF-8": ("field-utf8", response(fields={"X-Y": b"F\xe4hre"})),
    "repeated date": ("field-repeated", response(fields={"X": "y\r\nWARC-Date: " + warcs.DATE})),
    "repeated type": ("field-repeated", response(fields={"X": "y\r\nWARC-Type: response"})),
    "repeated address": (
        "field-repeated",
        response(fields={"X": "y\r\nWARC-Target-URI: http://example.org/"}),
    ),
    "repeated length": (
        "field-repeated",
        response(fields={"X": f"y\r\nContent-Length: {len(http())}"}),
    ),
    "repeated in another case": (
        "field-repeated",
        response(fields={"X": "y\r\nwarc-date: " + warcs.DATE}),
    ),
    "repeated digest": (
        "field-repeated",
        response(fields={"X": "y\r\nWARC-Block-Digest: " + sha256(http())}),
    ),
    # mandatory fields
    "no id": ("record-id-missing", response(drop=(ID,))),
    "no date": ("date-missing", response(drop=("WARC-Date",))),
    "no type": ("type-missing", response(drop=("WARC-Type",))),
    "nothing at all": ("record-id-missing", b"WARC/1.1\r\n\r\n\r\n\r\n"),
    # ids
    "id without brackets": ("record-id-syntax", response(fields={ID: record_id(1)[1:-1]})),
    "id without scheme": ("record-id-syntax", response(fields={ID: "<1234>"})),
    "id with a blank": ("record-id-syntax", response(fields={ID: "<urn:x y>"})),
    "id empty": ("field-empty", response(fields={ID: ""})),
    "id of empty brackets": ("record-id-syntax", response(fields={ID: "<>"})),
    "id with one bracket": ("record-id-syntax", response(fields={ID: record_id(1)[:-1]})),
    # dates
    "date of 14 digits": ("date-syntax", response(fields={"WARC-Date": "20240305060708"})),
    "date without zone": ("date-syntax", response(fields={"WARC-Date": "2024-03-05T06:07:08"})),
    "date in another zone": (
        "date-syntax",
        response(fields={"WARC-Date": "2024-03-05T06:07:08+02:00"}),
    ),
    "date with a blank": ("date-syntax", response(fields={"WARC-Date": "2024-03-05 06:07:08Z"})),
    "month 13": ("date-syntax", response(fields={"WARC-Date": "2024-13-05T06:07:08Z"})),
    "30 February": ("date-syntax", response(fields={"WARC-Date": "2024-02-30T06:07:08Z"})),
    "hour 24": ("date-syntax", response(fields={"WARC-Date": "2024-03-05T24:07:08Z"})),
    "ten decimals": (
        "date-syntax",
        response(fields={"WARC-Date": "2024-03-05T06:07:08.1234567890Z"}),
    ),
    "HTTP date": ("date-syntax", response(fields={"WARC-Date": "Tue, 05 Mar 2024 06:07:08 GMT"})),
    "fraction in 1.0": (
        "date-syntax",
        response(fields={"WARC-Date": "2024-03-05T06:07:08.1Z"}, version="1.0"),
    ),
    "day in 1.0": ("date-syntax", response(fields={"WARC-Date": "2024-03-05"}, version="1.0")),
    "Arabic digits": ("date-syntax", response(fields={"WARC-Date": "٢٠٢٤-03-05T06:07:08Z"})),
    # types
    "type with a blank": ("type-syntax", response(fields={"WARC-Type": "re sponse"})),
    "type empty": ("field-empty", response(fields={"WARC-Type": ""})),
    # content type
    "content type without subtype": (
        "content-type-syntax",
        resource(fields={"Content-Type": "text"}),
    ),
    "content type with two slashes": (
        "content-type-syntax",
        resource(fields={"Content-Type": "a/b/c"}),
    ),
    "content type empty": ("field-empty", resource(fields={"Content-Type": ""})),
    "parameter without value": ("content-type-syntax", resource(fields={"Content-Type": "a/b; c"})),
    "dns as text": (
        "dns-content-type",
        resource(fields={"WARC-Target-URI": "dns:example.org", "Content-Type": "text/plain"}),
    ),
    # concurrent
    "concurrent of warcinfo": (
        "concurrent-to-forbidden",
        warcinfo(fields={"WARC-Concurrent-To": record_id(1)}),
    ),
    "concurrent of conversion": (
        "concurrent-to-forbidden",
        conversion(fields={"WARC-Concurrent-To": record_id(1)}),
    ),
    "concurrent of continuation": (
        "concurrent-to-forbidden",
        continuation(fields={"WARC-Concurrent-To": record_id(1)}),
    ),
    "concurrent without brackets": (
        "concurrent-to-syntax",
        request(fields={"WARC-Concurrent-To": "urn:x:y"}),
    ),
    # digests
    "digest without algorithm": (
        "block-digest-syntax",
        response(fields={"WARC-Block-Digest": sha1(http())[5:]}),
    ),
    "digest too short": (
        "block-digest-syntax",
        response(fields={"WARC-Block-Digest": sha1(http())[:-1]}),
    ),
    "digest of wrong letters": (
        "block-digest-syntax",
        response(fields={"WARC-Block-Digest": "sha1:" + "1" * 32}),
    ),
    "digest with a blank": (
        "block-digest-syntax",
        response(fields={"WARC-Block-Digest": "sha1: " + sha1(b"")[5:]}),
    ),
    "digest empty": ("field-empty", response(fields={"WARC-Block-Digest": ""})),
    "block digest of something else": (
        "block-digest-wrong",
        response(fields={"WARC-Block-Digest": sha1(b"")}),
    ),
    "block digest in md5": (
        "block-digest-wrong",
        response(fields={"WARC-Block-Digest": "md5:" + "0" * 32}),
    ),
    "payload digest of the block": (
        "payload-digest-wrong",
        response(fields={"WARC-Payload-Digest": sha1(http())}),
    ),
    "payload digest of a resource": (
        "payload-digest-wrong",
        resource(fields={"WARC-Payload-Digest": sha1(b"")}),
    ),
    "payload digest too long": (
        "payload-digest-syntax",
        response(fields={"WARC-Payload-Digest": sha256(b"") + "0"}),
    ),
    "payload digest of warcinfo": (
        "payload-digest-forbidden",
        warcinfo(fields={"WARC-Payload-Digest": sha1(b"")}),
    ),
    "payload digest of metadata": (
        "payload-digest-forbidden",
        metadata(fields={"WARC-Payload-Digest": sha1(b"")}),
    ),
    # addresses
    "IP of warcinfo": ("ip-forbidden", warcinfo(fields={"WARC-IP-Address": "192.0.2.1"})),
    "IP of conversion": ("ip-forbidden", conversion(fields={"WARC-IP-Address": "192.0.2.1"})),
    "IP of continuation": ("ip-forbidden", continuation(fields={"WARC-IP-Address": "192.0.2.1"})),
    "IP of three parts": ("ip-syntax", response(fields={"WARC-IP-Address": "192.0.2"})),
    "IP above 255": ("ip-syntax", response(fields={"WARC-IP-Address": "192.0.2.256"})),
    "IP is a name": ("ip-syntax", response(fields={"WARC-IP-Address": "example.org"})),
    "IPv6 in brackets": ("ip-syntax", response(fields={"WARC-IP-Address": "[2001:db8::7]"})),
    "IPv6 too long": ("ip-syntax", response(fields={"WARC-IP-Address": "1:2:3:4:5:6:7:8:9"})),
    # refers-to
    "refers-to of response": (
        "refers-to-forbidden",
        response(fields={"WARC-Refers-To": record_id(9)}),
    ),
    "refers-to of resource": (
        "refers-to-forbidden",
        resource(fields={"WARC-Refers-To": record_id(9)}),
    ),
    "refers-to of request": (
        "refers-to-forbidden",
        request(fields={"WARC-Refers-To": record_id(9)}),
    ),
    "refers-to of warcinfo": (
        "refers-to-forbidden",
        warcinfo(fields={"WARC-Refers-To": record_id(9)}),
    ),
    "refers-to of continuation": (
        "refers-to-forbidden",
        continuation(fields={"WARC-Refers-To": record_id(9)}),
    ),
    "refers-to without brackets": (
        "refers-to-syntax",
        metadata(fields={"WARC-Refers-To": "urn:x:y"}),
    ),
    "refers-to twice": (
        "field-repeated",
        metadata(fields={"X": "y\r\nWARC-Refers-To: " + record_id(9)}),
    ),
    "refers-to-uri of conversion": (
        "refers-to-uri-forbidden",
        conversion(fields={"WARC-Refers-To-Target-URI": "http://example.org/"}),
    ),
    "refers-to-date of metadata": (
        "refers-to-date-forbidden",
        metadata(fields={"WARC-Refers-To-Date": warcs.DATE}),
    ),
    "refers-to-date malformed": (
        "refers-to-date-syntax",
        revisit(fields={"WARC-Refers-To-Date": "now"}),
    ),
    "refers-to-uri malformed": (
        "refers-to-uri-syntax",
        revisit(fields={"WARC-Refers-To-Target-URI": "here"}),
    ),
    # target
    **{
        f"no target of {make.__name__}": ("target-uri-missing", make(drop=("WARC-Target-URI",)))
        for make in (response, request, resource, revisit, conversion, continuation)
    },
    "target of warcinfo": (
        "target-uri-forbidden",
        warcinfo(fields={"WARC-Target-URI": "http://example.org/"}),
    ),
    "target with a blank": ("target-uri-syntax", response(url="http://example.org/a b")),
    "target not escaped": ("target-uri-syntax", response(url="http://example.org/fähre")),
    "target with bar": ("target-uri-syntax", response(url="http://example.org/a|b")),
    "target with lone per cent": ("target-uri-syntax", response(url="http://example.org/100%")),
    "target with brackets": ("target-uri-syntax", response(url="http://example.org/?a[]=1")),
    "target without scheme": ("target-uri-syntax", response(url="example.org/ferry")),
    "target without host": ("target-uri-syntax", response(url="http:///ferry")),
    "target relative": ("target-uri-syntax", response(url="/ferry")),
    "target in angle brackets": ("target-uri-brackets", response(url="<http://example.org/ferry>")),
    "target empty": ("field-empty", response(url="")),
    # truncated, warcinfo-id, filename
    "reason with a blank": ("truncated-syntax", response(fields={"WARC-Truncated": "too long"})),
    "reason empty": ("field-empty", response(fields={"WARC-Truncated": ""})),
    "warcinfo-id of warcinfo": (
        "warcinfo-id-forbidden",
        warcinfo(fields={"WARC-Warcinfo-ID": record_id(9)}),
    ),
    "warcinfo-id without brackets": (
        "warcinfo-id-syntax",
        response(fields={"WARC-Warcinfo-ID": "urn:x:y"}),
    ),
    "filename of response": ("filename-forbidden", response(fields={"WARC-Filename": "x.warc"})),
    "filename of metadata": ("filename-forbidden", metadata(fields={"WARC-Filename": "x.warc"})),
    "filename half quoted": ("filename-syntax", warcinfo(fields={"WARC-Filename": '"x.warc'})),
    # revisit
    "no profile": ("profile-missing", revisit(drop=("WARC-Profile",))),
    "profile of response": ("profile-forbidden", response(fields={"WARC-Profile": IDENTICAL})),
    "profile no URI": ("profile-syntax", revisit(fields={"WARC-Profile": "identical"})),
    "profile empty": ("field-empty", revisit(fields={"WARC-Profile": ""})),
    "no digest to be identical with": (
        "revisit-digest-missing",
        revisit(drop=("WARC-Payload-Digest",)),
    ),
    "another digest than the original": (
        "revisit-digest-wrong",
        response() + revisit(payload=b"other"),
    ),
    # identified payload type
    "payload type of warcinfo": (
        "payload-type-forbidden",
        warcinfo(fields={"WARC-Identified-Payload-Type": "a/b"}),
    ),
    "payload type of metadata": (
        "payload-type-forbidden",
        metadata(fields={"WARC-Identified-Payload-Type": "a/b"}),
    ),
    "payload type malformed": (
        "payload-type-syntax",
        response(fields={"WARC-Identified-Payload-Type": "page"}),
    ),
    # segments
    "no segment number": ("segment-number-missing", continuation(drop=("WARC-Segment-Number",))),
    "segment number no number": (
        "segment-number-syntax",
        continuation(fields={"WARC-Segment-Number": "two"}),
    ),
    "segment number 1 of continuation": (
        "segment-number-wrong",
        continuation(fields={"WARC-Segment-Number": "1"}),
    ),
    "segment number 0": ("segment-number-wrong", continuation(fields={"WARC-Segment-Number": "0"})),
    "segment number 2 of response": (
        "segment-number-wrong",
        response(fields={"WARC-Segment-Number": "2"}),
    ),
    "no segment origin": ("segment-origin-missing", continuation(drop=("WARC-Segment-Origin-ID",))),
    "segment origin of response": (
        "segment-origin-forbidden",
        response(fields={"WARC-Segment-Origin-ID": record_id(9)}),
    ),
    "segment origin without brackets": (
        "segment-origin-syntax",
        continuation(fields={"WARC-Segment-Origin-ID": "urn:x:y"}),
    ),
    "total length of response": (
        "segment-length-forbidden",
        response(fields={"WARC-Segment-Total-Length": "9"}),
    ),
    "total length no number": (
        "segment-length-syntax",
        continuation(fields={"WARC-Segment-Total-Length": "all"}),
    ),
    "total length too small": (
        "segment-length-wrong",
        continuation(fields={"WARC-Segment-Total-Length": "3"}),
    ),
    "segment left out": (
        "segment-number-wrong",
        response(fields={"WARC-Segment-Number": "1"})
        + continuation(fields={"WARC-Segment-Number": "3"}),
    ),
    "segments of another length": (
        "segment-length-wrong",
        response(fields={"WARC-Segment-Number": "1"})
        + continuation(fields={"WARC-Segment-Total-Length": "99999"}),
    ),
    "segment of another target": (
        "segment-target-uri",
        response(fields={"WARC-Segment-Number": "1"})
        + continuation(fields={"WARC-Target-URI": "http://example.org/other"}),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(name):
    rule, data = WRONG[name]
    assert rule in errors(data)


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_in_members_too(name):
    _, data = WRONG[name]
    assert errors(warcs.member(data))


WARNED = {
    "type unknown": ("type-unknown", response(fields={"WARC-Type": "screenshot"})),
    "no content type": ("content-type-missing", resource(drop=("Content-Type",))),
    "reason unknown": ("truncated-unknown", response(fields={"WARC-Truncated": "mood"})),
    "response as text": ("http-content-type", response(fields={"Content-Type": "text/html"})),
    "request says response": (
        "http-content-type",
        request(fields={"Content-Type": "application/http; msgtype=response"}),
    ),
    "request in a response": ("http-message", response(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")),
    "no status line": (
        "http-message",
        response(b"<p>Hello</p>", fields={"WARC-Payload-Digest": sha1(b"<p>Hello</p>")}),
    ),
    "chunked and not": ("http-chunked", response(http(fields=(("Transfer-Encoding", "chunked"),)))),
    "digest with transfer coding": (
        "payload-digest-coded",
        response(http(warcs.chunked(warcs.PAGE), fields=(("Transfer-Encoding", "chunked"),))),
    ),
    "same id twice": ("record-id-repeated", response() + resource(number=1)),
    "uuid malformed": ("record-id-uuid", response(fields={"WARC-Record-ID": "<urn:uuid:12>"})),
    "extension repeated": (
        "extension-repeated",
        response(fields={"X-Y": "1\r\nX-Y: 2"}),
    ),
    "several in one member": ("gzip-layout", warcs.member(response() + request())),
    "one in several members": (
        "gzip-layout",
        warcs.member(response()[:90]) + warcs.member(response()[90:]),
    ),
    "segmented request": ("segment-type", request(fields={"WARC-Segment-Number": "1"})),
    "no named field": ("warc-fields", metadata(block=b"just words\r\n")),
    "digest unknown": (
        "block-digest-unknown",
        response(fields={"WARC-Block-Digest": "crc99:abcd"}),
    ),
    "profile unknown": (
        "profile-unknown",
        revisit(fields={"WARC-Profile": "http://example.org/profile"}),
    ),
    "warcinfo as text": (
        "warcinfo-content-type",
        warcinfo(fields={"Content-Type": "text/plain"}),
    ),
    "block left off": ("revisit-truncated", revisit(drop=("WARC-Truncated",))),
}


@pytest.mark.parametrize("name", WARNED)
def test_what_should_not_be_is_a_warning(name):
    rule, data = WARNED[name]
    assert RULES[rule].severity == "warning"
    assert rule in rules(data)
    assert not errors(data)


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("record-draft", response(version="0.18")),
        ("reference-lost", metadata()),
        ("segment-open", response(fields={"WARC-Segment-Number": "1"})),
        ("http-length", response(http(fields=(("Content-Length", "9"),)))),
    ],
)
def test_what_is_worth_knowing_is_told(rule, data):
    assert RULES[rule].severity == "info"
    assert rule in rules(data)
    assert not errors(data)


def test_references_to_the_same_record_are_told_once():
    data = b"".join(metadata(number=number) for number in range(10, 15))
    (one,) = [one for one in found(data) if one.rule == "reference-lost"]
    assert "4 more records refer to it" in one.message


def test_a_reference_that_is_answered_later_is_none():
    assert "reference-lost" not in rules(metadata() + response())


def test_sections_follow_the_version():
    old, new = (
        next(
            one
            for one in found(warcinfo(fields={"WARC-Target-URI": "http://a.b/"}, version=version))
            if one.rule == "target-uri-forbidden"
        )
        for version in ("1.0", "1.1")
    )
    assert (old.section, new.section) == ("WARC 1.0, 5.12", "WARC 1.1, 5.14")


def test_a_draft_is_not_held_to_later_rules():
    assert not errors(response(version="0.17", drop=("WARC-Record-ID",)))
    assert errors(response(version="0.17", fields={"WARC-Block-Digest": sha1(b"")}))


def test_a_finding_names_file_place_and_record():
    data = warcinfo() + response(fields={"WARC-Date": "now"})
    (one,) = [one for one in found(data) if one.severity == "error"]
    assert one.offset == len(warcinfo())
    assert one.record_id == record_id(1)
    assert one.to_dict()["rule"] == "date-syntax"
    assert str(one).startswith(f"x.warc:{one.offset}: error: date-syntax: WARC-Date is 'now'")


def test_every_rule_has_a_known_severity():
    assert {rule.severity for rule in RULES.values()} <= {"error", "warning", "info"}


def test_findings_can_be_printed():
    odd = {"WARC-Record-ID": b"<urn:x:\x1b[2J\xe4>", b"X-\xe4": "1", "X-Y": b"a\x00\xe4"}
    for one in found(response(fields=odd)):
        assert str(one).isprintable()
        assert str(one.to_dict()).encode("utf-8")


@pytest.mark.parametrize(
    ("said", "has"),
    [
        ("sha1:" + "A" * 32, "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"),
        ("sha1:" + "a" * 40, "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        ("sha-1:" + "0" * 40, "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
    ],
)
def test_a_digest_is_shown_as_the_one_that_is_given(said, has):
    digest = parse_digest(said)
    sentence = _differs("block", "WARC-Block-Digest", digest, hashlib.sha1(b"hello"))
    assert sentence == f"the block has {has}, WARC-Block-Digest says '{said}'"
