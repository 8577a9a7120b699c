"""Checks an exported record of consent without any of the hub's code: verify_consent.py FILE [VKEY]
Prints the outcome and the reason, and if it is valid the latest event in which something was said, whether that is live,
and how often something was shared without consent; exits with 0 (valid), 1 (invalid) or 3 (indeterminate). With `vectors
FILE` it judges the published examples and prints how many. Signatures by PyJWT, the log's by `cryptography`;
docs/consent-record.md."""
import base64, hashlib, hmac, json, re, sys, unicodedata
from datetime import datetime, timezone
import jwt
from jwt.algorithms import OKPAlgorithm
from cryptography.exceptions import InvalidSignature

class No(Exception): pass
def need(holds, reason):
    if not holds: raise No(reason)
sha = lambda data: hashlib.sha256(data).hexdigest()
canonical = lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def unb64(text):  # base64url without padding, in its one spelling
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text: raise ValueError
    return data
def strict(data):  # the profile
    def pairs(items):
        if len(dict(items)) < len(items) or not all(re.fullmatch("[a-z0-9_]+", key) for key, _ in items): raise ValueError
        return dict(items)
    def whole(text):
        if text == "-0" or abs(int(text)) >= 2**53: raise ValueError
        return int(text)
    def no(_): raise ValueError
    def walk(value, depth):
        if isinstance(value, (dict, list)):
            if depth == 8: raise ValueError
            for one in (value.values() if isinstance(value, dict) else value): walk(one, depth + 1)
        if isinstance(value, str) and (not unicodedata.is_normalized("NFC", value) or value.encode() is None): raise ValueError
    if len(data) > 16384: raise ValueError
    value = json.loads(data.decode(), object_pairs_hook=pairs, parse_int=whole, parse_float=no, parse_constant=no)
    walk(value, 0)
    return value

WORD = lambda v: type(v) is str and re.fullmatch("[a-z0-9:.-]{1,120}", v)
HASH = lambda v: type(v) is str and re.fullmatch("[0-9a-f]{64}", v)
LIST = lambda v: type(v) is list and all(map(WORD, v))
MAYBE = lambda shape: lambda v: v is None or shape(v)
def TIME(v):
    try: return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", v) and 1900 <= datetime.fromisoformat(v).year <= 2200
    except (TypeError, ValueError): return False
EVENTS = "proposed given refused limited renewed withdrawn expired corrected superseded shared-without-consent".split()
NOTICE = {"id": WORD, "sha256": HASH, "lang": lambda v: type(v) is str and re.fullmatch("[A-Za-z0-9-]{2,35}", v)}
SHAPE = {**{name: WORD for name in "id chain hub case subject kind basis method worker agency".split()},
    "v": lambda v: type(v) is int and v == 1, "type": lambda v: v == "consent-event", "seq": lambda v: type(v) is int and v > 0, "prev": MAYBE(HASH),
    "event": lambda v: v in EVENTS, "recipients": LIST, "categories": LIST, "purposes": LIST, "not_before": MAYBE(TIME),
    "expires": MAYBE(TIME), "recorded": TIME, "event_time": MAYBE(TIME), "free_text_commit": MAYBE(HASH),
    "asked_alone": lambda v: type(v) is bool, "notice": MAYBE(lambda v: type(v) is dict and fits(v, NOTICE))}
fits = lambda value, shape: value.keys() == shape.keys() and all(shape[name](value[name]) for name in shape)
micros = lambda text: int(datetime.fromisoformat(text).timestamp()) * 10**6

def sealed_at(seal, digest, vkey):  # RFC 6962 and the leaf of docs/audit.md; returns the entry's own time
    try:
        raw, sized = lambda data: hashlib.sha256(data).digest(), lambda text: len(text.encode()).to_bytes(4, "big") + text.encode()
        tag, shown, hashes = b"lippen-audit-field/v1\0", {}, []
        for part in seal["fields"]:
            if one := part.get("shown"):
                shown[one["name"]] = one["value"]
                hashes.append(raw(tag + unb64(one["salt"]) + sized(one["name"]) + sized(one["value"])))
            else: hashes.append(bytes.fromhex(part["hidden"]))
        node = raw(b"\0lpn1" + raw(b"lippen-audit-commit/v1\0" + len(hashes).to_bytes(4, "big") + b"".join(hashes)))
        text, _, signatures = seal["checkpoint"].rpartition("\n\n")
        origin, size, root = text.split("\n")
        at, last = seal["index"], seal["size"] - 1
        for other in map(base64.b64decode, seal["proof"]):
            if at & 1 or at == last:
                node = raw(b"\1" + other + node)
                while at and not at & 1: at, last = at >> 1, last >> 1
            else: node = raw(b"\1" + node + other)
            at, last = at >> 1, last >> 1
        holds = last == 0 and base64.b64decode(root) == node and int(size) == seal["size"]
        holds = holds and (digest is None or digest in shown["signed"].split("+"))
        if vkey:
            name, key_id, key = vkey.split("+", 2)
            blobs = [base64.b64decode(line.rpartition(" ")[2]) for line in signatures.split("\n") if line.startswith(f"\u2014 {name} ")]
            public = OKPAlgorithm.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(base64.b64decode(key)[1:]).rstrip(b"=").decode()})
            mine = [blob for blob in blobs if blob[:4].hex() == key_id]
            for blob in mine: public.verify(blob[4:], (text + "\n").encode())
            holds = holds and mine and name == origin
        return int(shown["at"]) if holds else None
    except (KeyError, ValueError, TypeError, InvalidSignature): return None

def verify(package, vkey=None, at=None):
    doubts, before, chain, reached = [], None, [], [float("-inf")]
    def seal(of, digest):
        if of is None:
            if vkey: doubts.append("unsealed")
            return None
        found = sealed_at(of, digest, vkey)
        need(found is not None, "seal")
        reached.append(found)
        return found
    fields = {"v", "type", "say", "events", "directory", "notices"}
    need(fields <= package.keys() <= fields | {"receipt", "as_of"} and package["v"] == 1 and package["type"] == "consent-record" and package["events"], "package")
    keys, ends = {}, {}
    for one in package["directory"]["keys"]:
        key = one["entry"]
        kid = sha(canonical({"crv": "Ed25519", "kty": "OKP", "x": key["x"]}))
        need(bytes.fromhex(kid) == unb64(key["kid"]) and key["kid"] not in keys and key["held_by"] in ("hub", "agency"), "directory")
        seal(one["seal"], sha(canonical(key)))
        keys[key["kid"]] = key
    for one in package["directory"]["ends"]:
        end = one["entry"]
        need(end["kid"] in keys and (end["kid"], end["reason"]) not in ends and end["reason"] in ("rotated", "compromised"), "directory")
        seal(one["seal"], sha(canonical(end)))
        ends[end["kid"], end["reason"]] = end
    made = set()
    for one in package["directory"].get("handovers", []):
        by = one["entry"]
        old, new, end = keys.get(by["old"]), keys.get(by["new"]), ends.get((by["old"], "rotated"))
        need(by.keys() == {"old", "new", "by", "signature"} and old and new and old["of"] == new["of"] and by["old"] != by["new"] and (by["new"], by["by"]) not in made, "directory")
        if by["by"] == "key":
            need(end and by["signature"], "directory")
            said = f"lippen-key-handover/v1\n{end['kid']}\n{sha(canonical(end))}\n{sha(canonical(new))}\n".encode()
            try: OKPAlgorithm.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": old["x"]}).verify(unb64(by["signature"]), said)
            except InvalidSignature: raise No("directory")
        else: need(by["by"] == "officer" and by["signature"] is None, "directory")
        seal(one["seal"], sha(canonical(by)))
        made.add((by["new"], by["by"]))
    if package.get("as_of"): seal(package["as_of"], None)
    for signed in package["events"]:
        try: payload = unb64(signed["payload"]); event = strict(payload)
        except (ValueError, RecursionError): raise No("profile")
        need(type(event) is dict and fits(event, SHAPE) and (event["notice"] or event["event"] == EVENTS[-1]), "fields")
        need((event["event_time"] or "") <= event["recorded"], "times")
        need(not event["not_before"] or not event["expires"] or event["not_before"] < event["expires"], "times")
        try: headers = [strict(unb64(one["protected"])) for one in signed["signatures"]]
        except ValueError: raise No("header")
        need(all(type(h) is dict and h.keys() == {"alg", "typ", "kid", "dir"} and (h["alg"], h["typ"]) == ("EdDSA", "consent-event+jws") for h in headers), "header")
        need(all(h["kid"] in keys for h in headers), "signers")
        signers = [keys[h["kid"]] for h in headers]
        need(sorted(key["of"] for key in signers) == sorted([event["worker"], event["agency"], event["hub"]]), "signers")
        version = sha(canonical(sorted(signers, key=lambda key: key["kid"])))
        need(all(h["dir"] == version for h in headers), "directory")
        for one, key in zip(signed["signatures"], signers):
            try: jwt.api_jws.decode(f"{one['protected']}.{signed['payload']}.{one['signature']}",
                key=OKPAlgorithm.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": key["x"]}), algorithms=["EdDSA"])
            except jwt.InvalidTokenError: raise No("signature")
            unb64(one["signature"])
        found = seal(signed["seal"], sha(payload))
        need(found is None or found + 60 * 10**6 >= micros(event["recorded"]), "seal")
        for key in signers:
            replaced, stolen = ends.get((key["kid"], "rotated")), ends.get((key["kid"], "compromised"))
            need(event["recorded"] >= key["from"] and not (replaced and event["recorded"] >= replaced["at"]), "key-dates")
            if stolen and (not vkey or found is None or found >= micros(stolen["at"])): doubts.append("compromised")
        if before is None: need(event["seq"] == 1 and event["prev"] is None and event["chain"] == event["id"], "chain")
        else: need(event["seq"] == before[0]["seq"] + 1 and event["prev"] == sha(before[1]) and all(event[n] == before[0][n] for n in ("chain", "case", "subject", "kind", "hub")), "chain")
        notice = next((n for n in package["notices"] if {k: n[k] for k in NOTICE} == event["notice"]), None)
        need(not event["notice"] or notice and sha(notice["text"].encode()) == notice["sha256"], "notice")
        words = signed["words"]
        need(not words or sha(unb64(words["salt"]) + words["text"].encode()) == event["free_text_commit"], "words")
        before = event, payload
        chain.append(event)
    if doubts: return "indeterminate", doubts[0], NOTHING
    at = at or chain[-1]["recorded"]
    by_then = [event for event in chain if event["recorded"] <= at]
    if not by_then: return "indeterminate", "nothing-yet", NOTHING
    if at > chain[-1]["recorded"] and micros(at) > max(reached): return "indeterminate", "beyond", NOTHING
    return "valid", "holds", stands(by_then, at)

NOTHING = None, None, 0
def stands(by_then, at):  # that somebody was overruled says nothing of what was agreed to
    said = [event for event in by_then if event["event"] != EVENTS[-1]]
    overruled = len(by_then) - len(said)
    if not said: return None, None, overruled
    last = said[-1]
    agreed = last["event"] in ("given", "limited", "renewed")
    return last["event"], agreed and (last["not_before"] or at) <= at and not (last["expires"] and last["expires"] <= at), overruled

def judged(package, *rest):
    try: return verify(package, *rest)
    except No as no: return "invalid", str(no), NOTHING
    except (KeyError, TypeError, AttributeError, ValueError): return "invalid", "package", NOTHING

def main(args):
    if args[0] == "vectors":
        book = json.load(open(args[1]))
        for one in book["vectors"]:
            said = judged(one["package"], book["log_key"] if one["with_log_key"] else None, one["at"])
            if said != (one["outcome"], one["reason"], (one["state"], one["live"], one["shared_without_consent"])): sys.exit(f"{one['name']}: {said}")
        print(f"ok {len(book['vectors'])}")
    else:
        try: package = json.load(open(args[0]))
        except ValueError: package = None
        outcome, reason, (state, live, overruled) = judged(package, *args[1:])
        print(outcome, reason, *([state or "nothing", "live" if live else "not-live", overruled] if outcome == "valid" else []))
        sys.exit({"valid": 0, "invalid": 1, "indeterminate": 3}[outcome])
if __name__ == "__main__": main(sys.argv[1:])
