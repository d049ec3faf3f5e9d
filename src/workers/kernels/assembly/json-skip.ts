// Passes over JSON that nobody wants, 64 bytes at a time. Where a value goes on behind the end of the bytes at hand, the
// state is kept and the next call goes on. Nothing is validated: `[}` closes.

/** Brackets open where the last call ended. */
let depth: i32 = 0
/** All bits set: the last call ended within a text. */
let textBits: u64 = 0
/** 1: the last call ended behind a backslash that escapes the byte to come. */
let escapedBit: u64 = 0
/** The depth whose commas are counted; 0: none are. */
let counted: i32 = 0
let commas: u32 = 0

// One bit a byte of the group just loaded.
let quotes: u64 = 0
let backslashes: u64 = 0
let opening: u64 = 0
let closing: u64 = 0

/** Gets ready to pass over what follows an opening bracket; `counting`: with the commas between its elements counted. */
export function enter(counting: bool): void {
  depth = 1
  counted = counting ? 1 : 0
  commas = 0
  enterText()
  textBits = 0
}

/** Gets ready to pass over what follows an opening quote. */
export function enterText(): void {
  textBits = -1
  escapedBit = 0
}

/** The commas counted since `enter`. */
export function commasPassed(): u32 {
  return commas
}

/** Where the bracket's value ends, the place behind its closing bracket; 0 when it goes on at `end`. 64 bytes behind `end` are readable. */
export function skipNested(start: u32, end: u32): u32 {
  for (let at = start; at < end; at += 64) {
    loadGroup(at)
    const valid = bitsOf(end - at)
    const live = quotes & ~escaped(end - at) & valid
    const within = prefixXor(live) ^ textBits
    textBits = <u64>(<i64>(within << (64 - min<u32>(end - at, 64))) >> 63)
    const opens = opening & ~within & valid
    const closes = closing & ~within & valid
    const lowest = depth - <i32>popcnt(closes)
    if (lowest > counted) {
      depth = lowest + <i32>popcnt(opens)
      continue
    }
    let stops = opens | closes
    let separators: u64 = 0
    if (counted > 0) {
      separators = commaBits(at) & ~within & valid
      stops |= separators
    }
    for (; stops !== 0; stops &= stops - 1) {
      const bit = stops & -stops
      if ((separators & bit) !== 0) commas += <u32>(depth === counted)
      else if ((opens & bit) !== 0) depth += 1
      else if (--depth === 0) return at + <u32>ctz(bit) + 1
    }
  }
  return 0
}

/** Where the text ends, the place behind its closing quote; 0 when it goes on at `end`. 64 bytes behind `end` are readable. */
export function skipText(start: u32, end: u32): u32 {
  for (let at = start; at < end; at += 64) {
    loadGroup(at)
    const live = quotes & ~escaped(end - at) & bitsOf(end - at)
    if (live !== 0) return at + <u32>ctz(live) + 1
  }
  return 0
}

function loadGroup(at: u32): void {
  const a = v128.load(at)
  const b = v128.load(at, 16)
  const c = v128.load(at, 32)
  const d = v128.load(at, 48)
  quotes = bitsEqual(a, b, c, d, i8x16.splat(0x22))
  backslashes = bitsEqual(a, b, c, d, i8x16.splat(0x5c))
  // This one bit tells [ from { and ] from }.
  const kind = i8x16.splat(0x20)
  const a1 = v128.or(a, kind)
  const b1 = v128.or(b, kind)
  const c1 = v128.or(c, kind)
  const d1 = v128.or(d, kind)
  opening = bitsEqual(a1, b1, c1, d1, i8x16.splat(0x7b))
  closing = bitsEqual(a1, b1, c1, d1, i8x16.splat(0x7d))
}

function commaBits(at: u32): u64 {
  const comma = i8x16.splat(0x2c)
  return bitsEqual(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), comma)
}

function bitsEqual(a: v128, b: v128, c: v128, d: v128, byte: v128): u64 {
  const low = i8x16.bitmask(i8x16.eq(a, byte)) | (i8x16.bitmask(i8x16.eq(b, byte)) << 16)
  const high = i8x16.bitmask(i8x16.eq(c, byte)) | (i8x16.bitmask(i8x16.eq(d, byte)) << 16)
  return <u64>(<u32>low) | ((<u64>(<u32>high)) << 32)
}

/** The bits of the first `length` bytes of a group. */
function bitsOf(length: u32): u64 {
  return length >= 64 ? <u64>-1 : ((<u64>1) << length) - 1
}

/**
 * The bits of escaped bytes: those behind an odd run of backslashes. Adding a run's first bit to the run carries to the
 * bit behind it; done for the runs that begin at odd places only, the even and the odd lengths come apart. Keeps what the
 * group's last byte escapes for the next one.
 */
function escaped(length: u32): u64 {
  const before = escapedBit
  const runs = backslashes & ~before & bitsOf(length)
  if (runs === 0) {
    escapedBit = 0
    return before
  }
  const even: u64 = <u64>-1 / 3
  const behind = (runs << 1) | before
  const oddStarts = runs & ~even & ~behind
  const sum = oddStarts + runs
  const escapes = (even ^ (sum << 1)) & behind
  escapedBit = length >= 64 ? <u64>(sum < oddStarts) : (escapes >>> length) & 1
  return escapes
}

/** Each bit is the parity of the bits up to it: set from an opening quote to before the closing one. */
function prefixXor(bits: u64): u64 {
  let parity = bits
  parity ^= parity << 1
  parity ^= parity << 2
  parity ^= parity << 4
  parity ^= parity << 8
  parity ^= parity << 16
  parity ^= parity << 32
  return parity
}
