"""Checks a hub's audit log without any of the hub's code: verify_log.py hub.sqlite3 [VKEY]
Prints "ok size=N root=BASE64", or the first thing that is wrong and exits with 1. It reads only and prints no
record. It cannot see that a log was cut back to an older head: compare the size with that of a receipt."""
import base64, collections, hashlib, hmac, json, pathlib, sqlite3, sys
try: from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError: Ed25519PublicKey = None
FIELD, COMMIT, ROWS = b"lippen-audit-field/v1\0", b"lippen-audit-commit/v1\0", b"lippen-rows/v1\0"
sha, sized = lambda data: hashlib.sha256(data).digest(), lambda data: len(data).to_bytes(4, "big") + data
def need(holds, what): holds or sys.exit(print(f"broken: {what}") or 1)
def root_of(hashes):  # RFC 6962, section 2.1: the definition itself
    if len(hashes) < 2: return hashes[0] if hashes else sha(b"")
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\1" + root_of(hashes[:k]) + root_of(hashes[k:]))
def commitment(salt, record):
    fields = sorted((name.encode(), value.encode()) for name, value in record.items())
    hashes = [sha(FIELD + hmac.digest(salt, FIELD + n, "sha256") + sized(n) + sized(v)) for n, v in fields]
    return sha(COMMIT + len(fields).to_bytes(4, "big") + b"".join(hashes))
def cell(value):
    if value is None: return b"n"
    if type(value) is int: return b"i" + value.to_bytes(8, "big", signed=True)
    return b"t" + sized(value.encode()) if type(value) is str else b"b" + sized(value)
def read_log(db, leaves, promised):
    for idx, entry, at, actor, case, salt, record, leaf in db.execute(
            "SELECT idx, entry, at, actor, case_id, salt, record, leaf FROM audit_entry ORDER BY +idx"):
        need(idx == len(leaves), f"entry {len(leaves)} is missing: the next is {idx}")
        fields = json.loads(record)
        spelt = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        text = type(fields) is dict and all(type(value) is str for value in fields.values())
        need(text and spelt == record, f"entry {idx}: the record is not canonical")
        columns = {"entry": entry, "at": str(at), "actor": actor, "case": "-" if case is None else case}
        for name in columns: need(fields.get(name) == columns[name], f"entry {idx}: {name} is not as recorded")
        bound = type(salt) is bytes and len(salt) == 32 and leaf == b"lpn1" + commitment(salt, fields)
        need(bound and entry not in promised, f"entry {idx}: the leaf does not bind the record, or its id stands twice")
        promised[entry] = idx, fields.get("rows")
        leaves.append(sha(b"\0" + leaf))
def check_head(db, leaves, vkey):
    heads, n = db.execute("SELECT id, size, edge, note FROM audit_head").fetchall(), len(leaves)
    need(len(heads) == 1 and heads[0][:2] == (1, n), f"the head is not that of a log of {n} entries")
    starts = [n >> bit + 1 << bit + 1 for bit in reversed(range(n.bit_length())) if n >> bit & 1] + [n]
    need(heads[0][2] == b"".join(root_of(leaves[a:b]) for a, b in zip(starts, starts[1:])), "the head's edge is wrong")
    root, (text, _, signatures) = base64.b64encode(root_of(leaves)).decode(), heads[0][3].rpartition("\n\n")
    need(text.split("\n")[1:] == [str(n), root], "the note is of another size or root")
    if vkey and Ed25519PublicKey: check_signature(text + "\n", signatures, *vkey.split("+", 2))
    else: print(f"signature NOT checked: no {'cryptography package' if vkey else 'VKEY given'}", file=sys.stderr)
    row, level, tiles = leaves, 0, {}
    while row := [row[i:i + 256] for i in range(0, len(row) - 255, 256)]:
        tiles |= {(level, i): b"".join(tile) for i, tile in enumerate(row)}
        row, level = [root_of(tile) for tile in row], level + 1
    kept = {(level, i): hashes for level, i, hashes in db.execute("SELECT level, n, hashes FROM audit_tile")}
    need(kept == tiles, "a tile is missing, is wrong or belongs to no tree of this size")
    return root
def check_signature(text, signatures, name, key_id, key):
    key, lines = base64.b64decode(key), [line.rpartition(" ") for line in signatures.split("\n")]
    need(sha(name.encode() + b"\n" + key)[:4].hex() == key_id and key[0] == 1, "VKEY is malformed")
    blobs = (base64.b64decode(blob, validate=True) for who, _, blob in lines if who == f"\u2014 {name}")
    mine = [blob[4:] for blob in blobs if blob[:4].hex() == key_id]
    need(mine and not any(lines[-1]) and text.split("\n")[0] == name, "the note is of another log, cut, or not signed")
    try: [Ed25519PublicKey.from_public_bytes(key[1:]).verify(blob, text.encode()) for blob in mine]
    except Exception: need(False, "the note's signature is wrong")
def check_rows(db, promised, found):
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        rows = db.execute('SELECT * FROM "%s"' % table.replace('"', '""'))
        names = [column[0] for column in rows.description]
        for row in rows if "entry" in names and table != "audit_entry" else ():
            cells = sorted(zip(names, row), key=lambda pair: pair[0])
            found[row[names.index("entry")]] += [sha(cell(table) + b"".join(cell(n) + cell(v) for n, v in cells))]
        need(found.keys() <= promised.keys(), f"table {table} has a row whose entry is not in the log")
    for entry, (idx, rows) in promised.items():
        digest = sha(ROWS + b"".join(sorted(found[entry]))).hex() if entry in found else "-"
        need(rows == digest, f"entry {idx}: its rows were changed, added or taken away")
def check_keys(db):  # each share names its keys by digest; one is gone only where a bound row says so
    kept = {(s, a): (n, f"{a}:{sha(f + sig).hex()}") for s, a, n, f, sig in db.execute(
        "SELECT share, recipient, note, file, signature FROM share_key")}
    gone = set(db.execute("SELECT share, recipient FROM share_key_end"))
    for share, note, digest in db.execute("SELECT id, note, key_digest FROM share"):
        for name in (digest or "").split():
            place = share, name.split(":")[0]
            need((place in gone) != (place in kept), f"share {share}: a key is missing or was brought back")
            need(place in gone or kept.pop(place) == (note, name), f"share {share}: a key was changed")
    need(not kept, "a key belongs to no share")
def main(leaves, promised, path, vkey=None):
    db = sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro", uri=True, isolation_level=None)
    db.execute("BEGIN")  # one snapshot, even while the hub is writing
    need(db.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)], "SQLite finds the file damaged")
    read_log(db, leaves, promised)
    check_rows(db, promised, collections.defaultdict(list))
    check_keys(db)
    print(f"ok size={len(leaves)} root={check_head(db, leaves, vkey)}")
if __name__ == "__main__":
    try: main(log := [], {}, *sys.argv[1:])
    except Exception as error: need(False, f"unreadable after {len(log)} good entries ({type(error).__name__})")
