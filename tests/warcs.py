"""Archives made by hand for tests: right ones, and wrong ones in one place each."""

import base64
import gzip
import hashlib
import io
import json
import uuid
import zipfile
import zlib

DATE = "2024-03-05T06:07:08Z"
PAGE = (
    b"<!DOCTYPE html><html><head><title>Ferry</title></head>"
    b"<body><p>The ferry leaves at noon and comes back before dark.</p></body></html>"
)


def record_id(number):
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, str(number))}>"


def sha1(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def lines(fields):
    return b"".join(
        (name if isinstance(name, bytes) else name.encode())
        + b": "
        + (value if isinstance(value, bytes) else str(value).encode())
        + b"\r\n"
        for name, value in fields
    )


def record(
    kind, fields=(), block=b"", *, number=1, version="1.1", drop=(), end=b"\r\n\r\n", length=None
):
    """A record; ``fields`` replace or follow the usual ones, ``drop`` leaves some out."""
    usual = {
        "WARC-Type": kind,
        "WARC-Record-ID": record_id(number),
        "WARC-Date": DATE,
        "Content-Length": str(len(block) if length is None else length),
    }
    given = list(fields.items()) if isinstance(fields, dict) else list(fields)
    for name, value in given[:]:
        if name in usual:
            usual[name] = value
            given.remove((name, value))
    kept = [(name, value) for name, value in [*usual.items(), *given] if name not in drop]
    return b"WARC/" + version.encode() + b"\r\n" + lines(kept) + b"\r\n" + block + end


def http(body=PAGE, status="200 OK", fields=(("Content-Type", "text/html; charset=utf-8"),)):
    return b"HTTP/1.1 " + status.encode() + b"\r\n" + lines(fields) + b"\r\n" + body


def chunked(body, size=7):
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def warcinfo(number=0, **options):
    fields = {"Content-Type": "application/warc-fields"}
    fields.update(options.pop("fields", {}))
    block = options.pop("block", b"software: a test\r\nformat: WARC\r\n")
    return record("warcinfo", fields, block, number=number, **options)


def response(body=None, *, number=1, url="http://example.org/ferry", fields=None, **options):
    block = http() if body is None else body
    payload = block.partition(b"\r\n\r\n")[2]
    usual = {
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "WARC-Block-Digest": sha1(block),
        "WARC-Payload-Digest": sha1(payload),
    }
    usual.update(fields or {})
    return record("response", usual, block, number=number, **options)


def request(number=2, **options):
    fields = {
        "WARC-Target-URI": "http://example.org/ferry",
        "Content-Type": "application/http; msgtype=request",
        "WARC-Concurrent-To": record_id(1),
    }
    fields.update(options.pop("fields", {}))
    block = options.pop("block", b"GET /ferry HTTP/1.1\r\nHost: example.org\r\n\r\n")
    return record("request", fields, block, number=number, **options)


def resource(block=b"The tide turns at six.\n", *, number=3, fields=None, **options):
    usual = {
        "WARC-Target-URI": "http://example.org/tide.txt",
        "Content-Type": "text/plain",
        "WARC-Block-Digest": sha256(block),
        "WARC-Payload-Digest": sha256(block),
    }
    usual.update(fields or {})
    return record("resource", usual, block, number=number, **options)


def metadata(number=4, **options):
    fields = {"WARC-Refers-To": record_id(1), "Content-Type": "application/warc-fields"}
    fields.update(options.pop("fields", {}))
    block = options.pop("block", b"via: http://example.org/\r\n")
    return record("metadata", fields, block, number=number, **options)


IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def revisit(number=5, payload=PAGE, **options):
    fields = {
        "WARC-Target-URI": "http://example.org/ferry",
        "WARC-Profile": IDENTICAL,
        "WARC-Payload-Digest": sha1(payload),
        "WARC-Refers-To": record_id(1),
        "WARC-Refers-To-Target-URI": "http://example.org/ferry",
        "WARC-Refers-To-Date": DATE,
        "WARC-Truncated": "length",
        "Content-Type": "application/http; msgtype=response",
    }
    fields.update(options.pop("fields", {}))
    block = options.pop("block", http(b""))
    return record("revisit", fields, block, number=number, **options)


def conversion(text=b"The ferry leaves at noon.", *, number=6, fields=None, **options):
    usual = {
        "WARC-Target-URI": "http://example.org/ferry",
        "WARC-Refers-To": record_id(1),
        "Content-Type": "text/plain;charset=utf-8",
        "WARC-Block-Digest": sha256(text),
    }
    usual.update(fields or {})
    return record("conversion", usual, text, number=number, **options)


def continuation(block=b"and the rest", *, number=7, fields=None, **options):
    usual = {
        "WARC-Target-URI": "http://example.org/ferry",
        "WARC-Segment-Number": "2",
        "WARC-Segment-Origin-ID": record_id(1),
        "WARC-Segment-Total-Length": str(len(http()) + len(block)),
    }
    usual.update(fields or {})
    return record("continuation", usual, block, number=number, **options)


def good_records(version="1.1"):
    """One record of each type but continuation, all of them right."""
    older = {} if version == "1.1" else {"version": version}
    return [
        warcinfo(**older),
        response(**older),
        request(**older),
        resource(**older),
        metadata(**older),
        revisit(**older),
        conversion(**older),
    ]


def member(data, *, flags=0, mtime=0, extra=b"", name=b"", comment=b"", header_crc=False, level=6):
    """A gzip member with the optional parts of its header."""
    if extra:
        flags |= 4
    if name:
        flags |= 8
    if comment:
        flags |= 16
    if header_crc:
        flags |= 2
    head = b"\x1f\x8b\x08" + bytes([flags]) + mtime.to_bytes(4, "little") + b"\0\3"
    if extra:
        head += len(extra).to_bytes(2, "little") + extra
    if name:
        head += name + b"\0"
    if comment:
        head += comment + b"\0"
    if header_crc:
        head += (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little")
    pack = zlib.compressobj(level, zlib.DEFLATED, -15)
    body = pack.compress(data) + pack.flush()
    return head + body + zlib.crc32(data).to_bytes(4, "little") + (len(data)).to_bytes(4, "little")


def gz(records):
    return b"".join(member(one) for one in records)


def arc_header(version=1):
    names = b"URL IP-address Archive-date Content-type Archive-length\n"
    body = b"%d 0 a test\n%s" % (version, names)
    return b"filedesc://test.arc 0.0.0.0 20240305060708 text/plain %d\n%s\n" % (len(body), body)


def arc_record(block, url=b"http://example.org/ferry"):
    return b"%s 192.0.2.1 20240305060708 text/html %d\n%s\n" % (url, len(block), block)


def wacz(archives, *, packed=False, change=None):
    """A WACZ with a manifest; ``change`` may alter the files after the manifest was made."""
    files = {f"archive/{name}": data for name, data in archives.items()}
    files["pages/pages.jsonl"] = b'{"format": "json-pages-1.0", "id": "pages", "title": "All"}\n'
    files["indexes/index.cdxj"] = index_of(archives)
    files = with_manifest(files)
    if change:
        change(files)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            way = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(name, data, way)
    return target.getvalue()


def with_manifest(files):
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "hash": sha256(data), "bytes": len(data)}
        for name, data in files.items()
    ]
    manifest = json.dumps({"profile": "data-package", "resources": resources}).encode()
    own = json.dumps({"path": "datapackage.json", "hash": sha256(manifest)}).encode()
    return {**files, "datapackage.json": manifest, "datapackage-digest.json": own}


def index_of(archives):
    """An index of the gzip members that hold responses and resources."""
    rows = []
    for name, data in archives.items():
        at = 0
        while data.startswith(b"\x1f\x8b") and at < len(data):
            inflate = zlib.decompressobj(31)
            content = inflate.decompress(data[at:])
            length = len(data) - at - len(inflate.unused_data)
            if b"WARC-Type: response" in content or b"WARC-Type: resource" in content:
                entry = {"filename": name, "offset": str(at), "length": str(length)}
                rows.append(f"org,example)/{len(rows):03} 20240305060708 {json.dumps(entry)}\n")
            at += length
    return "".join(sorted(rows)).encode()


def unpacked(data):
    return gzip.decompress(data)
