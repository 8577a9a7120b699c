// Checks an exported record of consent without any of the hub's code: verify_consent.cjs FILE [VKEY]
// Prints the outcome and the reason; exits with 0 (valid), 1 (invalid) or 3 (indeterminate). With `vectors FILE` it judges the
// published examples and prints how many. Signatures by jose, the log's by Node itself; docs/consent-record.md.
const fs = require("fs"), crypto = require("crypto"), { flattenedVerify, importJWK, calculateJwkThumbprint } = require("jose");

class No extends Error {}
const need = (holds, reason) => { if (!holds) throw new No(reason); };
const raw = (...parts) => parts.reduce((hash, part) => hash.update(part), crypto.createHash("sha256")).digest();
const sha = (...parts) => raw(...parts).toString("hex");
const canonical = (v) => Array.isArray(v) ? `[${v.map(canonical)}]` : v && typeof v === "object"
  ? `{${Object.keys(v).sort().map((key) => `${JSON.stringify(key)}:${canonical(v[key])}`)}}` : JSON.stringify(v);
const unb64 = (text) => { // base64url without padding, in its one spelling
  const data = Buffer.from(text, "base64url");
  if (data.toString("base64url") !== text) throw new SyntaxError();
  return data;
};
function strict(data) { // the profile: a reader of its own, because JSON.parse takes a key twice
  if (data.length > 16384) throw new SyntaxError();
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  let at = 0;
  const space = () => { while (" \t\n\r".includes(text[at] ?? "x")) at++; return text[at]; };
  const bad = () => { throw new SyntaxError(); };
  const take = (c) => space() === c && (at++, true);
  const word = () => {
    const end = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
    end.lastIndex = at;
    const found = end.exec(text) ?? bad();
    at = end.lastIndex;
    const word = JSON.parse(found[0]);
    return word.isWellFormed() && word.normalize("NFC") === word ? word : bad();
  };
  const value = (depth) => {
    const c = space();
    if (c === '"') return word();
    if (c === "{" || c === "[") {
      if (depth === 8) bad();
      at++;
      const out = c === "{" ? {} : [], close = c === "{" ? "}" : "]";
      if (take(close)) return out;
      do {
        if (c === "[") { out.push(value(depth + 1)); continue; }
        if (space() !== '"') bad();
        const key = word();
        if (!/^[a-z0-9_]+$/.test(key) || Object.hasOwn(out, key) || !take(":")) bad();
        out[key] = value(depth + 1);
      } while (take(","));
      return take(close) ? out : bad();
    }
    const plain = /true|false|null|[-+.0-9eE]+/y;
    plain.lastIndex = at;
    const found = (plain.exec(text) ?? bad())[0];
    at = plain.lastIndex;
    const parsed = JSON.parse(found);
    if (typeof parsed === "number" && (/[.eE]/.test(found) || found === "-0" || !Number.isSafeInteger(parsed))) bad();
    return parsed;
  };
  const out = value(0);
  return space() === undefined ? out : bad();
}

const text = (pattern) => (v) => typeof v === "string" && pattern.test(v), maybe = (shape) => (v) => v === null || shape(v);
const WORD = text(/^[a-z0-9:.-]{1,120}$/), HASH = text(/^[0-9a-f]{64}$/), LIST = (v) => Array.isArray(v) && v.every(WORD);
const TIME = (v) => text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)(v) && v >= "1900" && v < "2201"
  && !isNaN(Date.parse(v)) && new Date(v).toISOString() === v.replace("Z", ".000Z");
const isMap = (v) => v !== null && typeof v === "object" && !Array.isArray(v);
const fits = (v, shape) => isMap(v) && Object.keys(v).length === Object.keys(shape).length
  && Object.keys(shape).every((name) => Object.hasOwn(v, name) && shape[name](v[name]));
const EVENTS = "proposed given refused limited renewed withdrawn expired corrected superseded shared-without-consent".split(" ");
const NOTICE = { id: WORD, sha256: HASH, lang: text(/^[A-Za-z0-9-]{2,35}$/) };
const SHAPE = {
  v: (v) => v === 1, type: (v) => v === "consent-event", seq: (v) => Number.isInteger(v) && v > 0, prev: maybe(HASH),
  event: (v) => EVENTS.includes(v), recipients: LIST, categories: LIST, purposes: LIST, not_before: maybe(TIME),
  expires: maybe(TIME), recorded: TIME, event_time: maybe(TIME), free_text_commit: maybe(HASH),
  asked_alone: (v) => typeof v === "boolean", notice: maybe((v) => fits(v, NOTICE)),
  ...Object.fromEntries("id chain hub case subject kind basis method worker agency".split(" ").map((name) => [name, WORD])),
};
const jwk = (x) => ({ kty: "OKP", crv: "Ed25519", x });
const micros = (time) => Date.parse(time) * 1000;

function sealedAt(seal, digest, vkey) { // RFC 6962 and the leaf of docs/audit.md; returns the entry's own time
  const four = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
  const sized = (t) => Buffer.concat([four(Buffer.byteLength(t)), Buffer.from(t)]);
  const shown = {}, tag = "lippen-audit-field/v1\0";
  const hashes = seal.fields.map(({ shown: one, hidden }) => {
    if (!one) return Buffer.from(hidden, "hex");
    shown[one.name] = one.value;
    return raw(tag, unb64(one.salt), sized(one.name), sized(one.value));
  });
  let node = raw("\0lpn1", raw("lippen-audit-commit/v1\0", four(hashes.length), ...hashes));
  const gap = seal.checkpoint.lastIndexOf("\n\n"), note = seal.checkpoint.slice(0, gap), signatures = seal.checkpoint.slice(gap + 2);
  const [origin, size, root] = note.split("\n");
  let at = seal.index, last = seal.size - 1;
  const up = () => { at = Math.floor(at / 2); last = Math.floor(last / 2); };
  for (const other of seal.proof.map((hash) => Buffer.from(hash, "base64"))) {
    if (at % 2 || at === last) { node = raw("\x01", other, node); while (at && at % 2 === 0) up(); } else node = raw("\x01", node, other);
    up();
  }
  let holds = last === 0 && root === node.toString("base64") && size === `${seal.size}`;
  holds &&= digest === null || shown.signed.split("+").includes(digest);
  if (vkey) {
    const [name, id, ...key] = vkey.split("+"), bytes = Buffer.from(key.join("+"), "base64");
    const lines = signatures.split("\n").filter((line) => line.startsWith(`\u2014 ${name} `));
    const mine = lines.map((line) => Buffer.from(line.slice(line.lastIndexOf(" ") + 1), "base64")).filter((blob) => blob.subarray(0, 4).toString("hex") === id);
    const by = crypto.createPublicKey({ key: jwk(bytes.subarray(1).toString("base64url")), format: "jwk" });
    holds &&= name === origin && mine.length > 0 && mine.every((blob) => crypto.verify(null, Buffer.from(note + "\n"), by, blob.subarray(4)));
  }
  return holds ? Number(shown.at) : NaN;
}

async function verify(record, vkey, at) {
  const doubts = [], keys = new Map(), ends = new Map(), made = new Set();
  let reached = -Infinity;
  const seal = (of, digest) => {
    if (of === null) { if (vkey) doubts.push("unsealed"); return null; }
    const found = sealedAt(of, digest, vkey);
    need(!Number.isNaN(found), "seal");
    reached = Math.max(reached, found);
    return found;
  };
  const { receipt, as_of, v, type, say, events, directory, notices, ...rest } = record;
  need(v === 1 && type === "consent-record" && events.length && !Object.keys(rest).length, "package");
  for (const { entry: key, seal: of } of directory.keys) {
    need(key.kid === await calculateJwkThumbprint(jwk(key.x)) && !keys.has(key.kid) && ["hub", "agency"].includes(key.held_by), "directory");
    seal(of, sha(canonical(key)));
    keys.set(key.kid, key);
  }
  for (const { entry: end, seal: of } of directory.ends) {
    const named = `${end.kid} ${end.reason}`;
    need(keys.has(end.kid) && !ends.has(named) && ["rotated", "compromised"].includes(end.reason), "directory");
    seal(of, sha(canonical(end)));
    ends.set(named, end);
  }
  for (const { entry: by, seal: of } of directory.handovers ?? []) {
    const old = keys.get(by.old), next = keys.get(by.new), end = ends.get(`${by.old} rotated`), named = `${by.new} ${by.by}`;
    need(Object.keys(by).length === 4 && old && next && old.of === next.of && by.old !== by.new && !made.has(named), "directory");
    if (by.by === "key") {
      need(end && by.signature, "directory");
      const said = `lippen-key-handover/v1\n${end.kid}\n${sha(canonical(end))}\n${sha(canonical(next))}\n`;
      need(crypto.verify(null, Buffer.from(said), crypto.createPublicKey({ key: jwk(old.x), format: "jwk" }), unb64(by.signature)), "directory");
    } else need(by.by === "officer" && by.signature === null, "directory");
    seal(of, sha(canonical(by)));
    made.add(named);
  }
  if (as_of) seal(as_of, null);
  let before = null;
  const chain = [];
  for (const signed of events) {
    let payload, event, headers;
    try { payload = unb64(signed.payload); event = strict(payload); } catch { throw new No("profile"); }
    need(fits(event, SHAPE) && (event.notice || event.event === EVENTS.at(-1)), "fields");
    need((event.event_time ?? "") <= event.recorded && !(event.not_before && event.expires && event.not_before >= event.expires), "times");
    try { headers = signed.signatures.map((one) => strict(unb64(one.protected))); } catch { throw new No("header"); }
    const fixed = { alg: (v) => v === "EdDSA", typ: (v) => v === "consent-event+jws", kid: text(/./), dir: text(/./) };
    need(headers.every((header) => fits(header, fixed)), "header");
    const signers = headers.map((header) => keys.get(header.kid));
    need(signers.every(Boolean) && `${signers.map((key) => key.of).sort()}` === `${[event.worker, event.agency, event.hub].sort()}`, "signers");
    const version = sha(canonical([...signers].sort((a, b) => (a.kid < b.kid ? -1 : 1))));
    need(headers.every((header) => header.dir === version), "directory");
    for (const [nth, one] of signed.signatures.entries()) {
      try { unb64(one.signature); await flattenedVerify({ payload: signed.payload, ...one }, await importJWK(jwk(signers[nth].x), "EdDSA"), { algorithms: ["EdDSA"] }); }
      catch { throw new No("signature"); }
    }
    const found = seal(signed.seal, sha(payload));
    need(found === null || found + 60e6 >= micros(event.recorded), "seal");
    for (const key of signers) {
      const replaced = ends.get(`${key.kid} rotated`), stolen = ends.get(`${key.kid} compromised`);
      need(event.recorded >= key.from && !(replaced && event.recorded >= replaced.at), "key-dates");
      if (stolen && (!vkey || found === null || found >= micros(stolen.at))) doubts.push("compromised");
    }
    if (!before) need(event.seq === 1 && event.prev === null && event.chain === event.id, "chain");
    else need(event.seq === before.event.seq + 1 && event.prev === sha(before.payload) && ["chain", "case", "subject", "kind", "hub"].every((name) => event[name] === before.event[name]), "chain");
    const notice = notices.find((one) => one.id === event.notice?.id && one.sha256 === event.notice.sha256);
    need(!event.notice || notice && notice.lang === event.notice.lang && sha(notice.text) === notice.sha256, "notice");
    need(!signed.words || sha(unb64(signed.words.salt), signed.words.text) === event.free_text_commit, "words");
    before = { event, payload };
    chain.push(event);
  }
  if (doubts.length) return ["indeterminate", doubts[0], NOTHING];
  const moment = at ?? chain.at(-1).recorded, byThen = chain.filter((event) => event.recorded <= moment);
  if (!byThen.length) return ["indeterminate", "nothing-yet", NOTHING];
  const beyond = moment > chain.at(-1).recorded && micros(moment) > reached;
  return beyond ? ["indeterminate", "beyond", NOTHING] : ["valid", "holds", stands(byThen, moment)];
}

const NOTHING = [null, null, 0];
function stands(byThen, at) { // that somebody was overruled says nothing of what was agreed to
  const said = byThen.filter(({ event }) => event !== EVENTS.at(-1)), last = said.at(-1), overruled = byThen.length - said.length;
  if (!last) return [null, null, overruled];
  const agreed = ["given", "limited", "renewed"].includes(last.event);
  return [last.event, agreed && (last.not_before ?? at) <= at && !(last.expires && last.expires <= at), overruled];
}

async function judged(...args) {
  try { return await verify(...args); } catch (error) { return ["invalid", error instanceof No ? error.message : "package", NOTHING]; }
}

(async ([what, ...rest]) => {
  if (what === "vectors") {
    const book = JSON.parse(fs.readFileSync(rest[0]));
    for (const one of book.vectors) {
      const said = JSON.stringify(await judged(one.package, one.with_log_key ? book.log_key : undefined, one.at));
      if (said !== JSON.stringify([one.outcome, one.reason, [one.state, one.live, one.shared_without_consent]])) { console.log(`${one.name}: ${said}`); process.exit(1); }
    }
    console.log(`ok ${book.vectors.length}`);
    return;
  }
  let record = null;
  try { record = JSON.parse(fs.readFileSync(what)); } catch { /* no record */ }
  const [outcome, reason, [state, live, overruled]] = await judged(record, ...rest);
  console.log(outcome, reason, ...(outcome === "valid" ? [state ?? "nothing", live ? "live" : "not-live", overruled] : []));
  process.exit({ valid: 0, invalid: 1, indeterminate: 3 }[outcome]);
})(process.argv.slice(2));
