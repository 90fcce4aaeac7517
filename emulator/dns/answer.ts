import dnsPacket, { type Answer, type OptAnswer, type Packet, type Question } from "dns-packet";
import { lookUp, type Reply, type ZoneSource } from "./lookup.ts";
import { TYPES, wireType } from "./record-value.ts";

/** What every resolver takes in a datagram, and what is offered to those that take more. */
const SMALLEST_UDP = 512;
const LARGEST_UDP = 1232;
const LARGEST_TCP = 65535;

/** The bits of the flags that say what kind of question it is; the answer repeats them. */
const OPCODE = 0x7800;

/** Codes of answers (RFC 6895, section 2.3); those over 15 need EDNS. */
const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
};

const NOTHING: Reply = {
  rcode: "NOERROR",
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
};

type Query = Packet & { opcode?: string };

/** Answers a message; null means silence, for what is no question at all. */
export function answer(
  zoneOf: ZoneSource,
  message: Buffer,
  transport: "udp" | "tcp",
): Buffer | null {
  const query = read(message);
  if (query === null) return malformed(message);
  if (query.type === "response") return null;
  const opt = query.additionals?.find((record): record is OptAnswer => record.type === "OPT");
  const [rcode, reply] = (opt?.ednsVersion ?? 0) > 0 ? BAD_VERSION : handle(zoneOf, query);
  const whole = respond(query, rcode, reply, opt !== undefined, false);
  const udp = Math.min(Math.max(opt?.udpPayloadSize ?? 0, SMALLEST_UDP), LARGEST_UDP);
  if (whole.length <= (transport === "udp" ? udp : LARGEST_TCP)) return whole;
  return respond(query, rcode, reply, opt !== undefined, true);
}

function respond(query: Query, rcode: number, reply: Reply, extended: boolean, cut: boolean) {
  const opt = extended ? [edns(rcode >> 4)] : [];
  return dnsPacket.encode({
    type: "response",
    id: query.id,
    flags:
      ((query.flags ?? 0) & (OPCODE | dnsPacket.RECURSION_DESIRED)) |
      (reply.authoritative ? dnsPacket.AUTHORITATIVE_ANSWER : 0) |
      (cut ? dnsPacket.TRUNCATED_RESPONSE : 0) |
      (rcode & 15),
    questions: query.questions,
    answers: cut ? [] : reply.answers,
    authorities: cut ? [] : reply.authorities,
    additionals: cut ? opt : [...reply.additionals, ...opt],
  });
}

const BAD_VERSION: [number, Reply] = [RCODES.BADVERS, NOTHING];

function handle(zoneOf: ZoneSource, query: Query): [number, Reply] {
  const refuse = (code: keyof typeof RCODES): [number, Reply] => [RCODES[code], NOTHING];
  if (query.opcode !== "QUERY") return refuse("NOTIMP");
  const [question, ...more] = query.questions ?? [];
  if (question === undefined || more.length > 0) return refuse("FORMERR");
  if (question.class !== "IN" && question.class !== "ANY") return refuse("REFUSED");
  const asked = question.type as string;
  if (asked === "AXFR" || asked === "IXFR") return refuse("REFUSED");
  try {
    const reply = find(zoneOf, question);
    return [RCODES[reply.rcode], reply];
  } catch (cause) {
    // One record that an older emulator took in must not take the cloud down.
    console.error(cause instanceof Error ? cause.stack : String(cause));
    return refuse("SERVFAIL");
  }
}

function find(zoneOf: ZoneSource, { name, type }: Question): Reply {
  const known = TYPES.find((one) => wireType(one) === type);
  const wanted = (type as string) === "ANY" ? "ANY" : known;
  // A type that no zone can hold is asked for as one that this zone does not hold.
  const reply = lookUp(zoneOf, name.toLowerCase(), wanted ?? "RP");
  if (wanted !== undefined) return reply;
  return { ...reply, answers: reply.answers.filter((a) => a.type === "CNAME") };
}

const edns = (extendedRcode: number): Answer => ({
  type: "OPT",
  name: ".",
  udpPayloadSize: LARGEST_UDP,
  extendedRcode,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
});

/** Bytes of a message's header, and of the smallest question that can follow it. */
const HEADER = 12;
const SMALLEST_ENTRY = 5;

/** More entries are announced than the message has room for; the library would make room for all. */
function boasts(message: Buffer): boolean {
  const counts = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  const sum = counts.reduce((a, b) => a + b, 0);
  return sum * SMALLEST_ENTRY > message.length - HEADER;
}

function read(message: Buffer): Query | null {
  try {
    if (boasts(message)) return null;
    const query = dnsPacket.decode(message);
    // A name that is no ASCII would not be the same again in the answer.
    const plain = query.questions?.every(({ name }) => /^[\x20-\x7e]*$/.test(name)) ?? true;
    return plain ? query : null;
  } catch {
    return null;
  }
}

/** Says so to who asked, if the message is a question and has at least a header. */
function malformed(message: Buffer): Buffer | null {
  if (message.length < HEADER || ((message[2] ?? 0) & 0x80) !== 0) return null;
  const flags = (message.readUInt16BE(2) & OPCODE) | RCODES.FORMERR;
  return dnsPacket.encode({ type: "response", id: message.readUInt16BE(0), flags });
}
