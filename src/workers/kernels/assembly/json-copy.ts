// Copies an array or object without the blanks between its parts, as ASCII: what is beyond becomes `\u00e9`, as Python writes
// it. What comes out is valid JSON of finite numbers in one spelling of every text. What it cannot vouch for it leaves to
// the reader that knows every case: numbers that may not be finite, very long texts, escapes that should not be there.

/** Longer texts may have to be cut. */
const longestText: u32 = 65_536

/** Bytes of a number that is finite whatever its digits are, and of one that is still looked at. */
const longestInteger: u32 = 200
const longestNumber: u32 = 300

/** Bytes of a name to look out for: its length, and up to 31 more. */
const nameSlot: u32 = 32

// Where things lie: the copy; the places of members in it; the names to look out for; the elements of each open array.
let target: u32 = 0
let places: u32 = 0
let names: u32 = 0
let counts: u32 = 0

let at: u32 = 0
let end: u32 = 0
let out: u32 = 0

/** Behind the last value copied whole. */
let outWhole: u32 = 0
let values: u32 = 0

let nameCount: u32 = 0
/** Of members with such names the places are told; otherwise a value that has one at any depth is not copied. */
let isAsked: bool = false
/** Where the place of the member at hand is told; 0: it is not. */
let told: u32 = 0

/** Tells where things lie: `copies` takes three times a block and 64 bytes, `open` 4 bytes for each of 64 levels. */
export function layOut(copies: u32, membersAt: u32, namesAt: u32, open: u32): void {
  target = copies
  places = membersAt
  names = namesAt
  counts = open
}

/** Where the copy made last ends. */
export function copyEnd(): u32 {
  return outWhole
}

/** Values in it. */
export function valuesCopied(): u32 {
  return values
}

/**
 * Copies up to `most` values that begin at `start` and are parted by commas. Returns the place behind the last one; 0 when
 * the first one does not end before `stop`, nests more than `levels` (up to 64) deep, has an array longer than
 * `longestArray`, or is not plain.
 *
 * The first `count` names are looked out for. `asked`: of each value that is an object its members of these names are told in
 * `places`, as beginning and end of their values in the copy, 0 where there is none; otherwise a value with such a name
 * anywhere is not copied. 64 bytes behind `stop` are readable.
 */
export function copy(start: u32, stop: u32, levels: i32, most: u32, longestArray: u32, count: u32, asked: bool): u32 {
  at = start
  end = stop
  out = target
  values = 0
  nameCount = count
  isAsked = asked
  let behind: u32 = 0
  while (value(levels, longestArray)) {
    values += 1
    behind = at
    outWhole = out
    if (values === most) break
    blanks()
    if (at >= end || load<u8>(at) !== 0x2c) break
    put(0x2c)
  }
  return behind
}

function value(levels: i32, longestArray: u32): bool {
  if (isAsked) memory.fill(places + 8 * nameCount * values, 0, 8 * nameCount)
  told = 0
  let depth = 0
  // One bit a level, the innermost lowest; 1: an object.
  let objects: u64 = 0
  while (at < end) {
    blanks()
    const byte = load<u8>(at)
    if (byte === 0x22) {
      if (!text()) return false
    } else if ((byte | 0x20) === 0x7b) {
      if (depth === levels) return false
      depth += 1
      objects = (objects << 1) | <u64>(byte === 0x7b)
      store<u32>(counts + 4 * depth, 1)
      put(byte)
      blanks()
      // An empty one closes by the rules below.
      if (load<u8>(at) !== byte + 2) {
        if (byte === 0x7b && !name(depth)) return false
        continue
      }
    } else if (!literal(byte) || !endsLiteral(load<u8>(at))) return false
    while (depth > 0) {
      blanks()
      if (at >= end) return false
      const next = load<u8>(at)
      const isObject = (objects & 1) !== 0
      if (next !== 0x2c && next !== (isObject ? 0x7d : 0x5d)) return false
      if (depth === 1 && told !== 0) {
        store<u32>(told, out, 4)
        told = 0
      }
      put(next)
      if (next === 0x2c) {
        blanks()
        if (isObject) {
          if (!name(depth)) return false
        } else {
          const place = counts + 4 * depth
          const count = load<u32>(place) + 1
          if (count > longestArray) return false
          store<u32>(place, count)
        }
        break
      }
      depth -= 1
      objects >>= 1
    }
    if (depth === 0) return at <= end
  }
  return false
}

function put(byte: u8): void {
  store<u8>(out, byte)
  out += 1
  at += 1
}

function blanks(): void {
  while (at < end && load<u8>(at) <= 0x20) {
    const group = v128.load(at)
    const spaces = v128.or(i8x16.eq(group, i8x16.splat(0x20)), i8x16.eq(group, i8x16.splat(0x09)))
    const ends = v128.or(i8x16.eq(group, i8x16.splat(0x0a)), i8x16.eq(group, i8x16.splat(0x0d)))
    const others = ~i8x16.bitmask(v128.or(spaces, ends)) & 0xffff
    if (others !== 0) {
      at += <u32>ctz(others)
      return
    }
    at += 16
  }
}

/** A name and the colon behind it. */
function name(depth: i32): bool {
  const begin = out + 1
  if (load<u8>(at) !== 0x22 || !text()) return false
  const length = out - 1 - begin
  blanks()
  if (load<u8>(at) !== 0x3a) return false
  put(0x3a)
  if (isAsked && depth > 1) return true
  for (let which: u32 = 0; which < nameCount; which++) {
    const slot = names + which * nameSlot
    if (load<u8>(slot) !== length || memory.compare(slot + 1, begin, length) !== 0) continue
    if (!isAsked) return false
    told = places + 8 * (nameCount * values + which)
    store<u32>(told, out)
  }
  return true
}

function text(): bool {
  put(0x22)
  const start = at
  while (at < end) {
    const group = v128.load(at)
    v128.store(out, group)
    // Signed: control characters, and what is beyond ASCII.
    const low = i8x16.lt_s(group, i8x16.splat(0x20))
    const marks = v128.or(i8x16.eq(group, i8x16.splat(0x22)), i8x16.eq(group, i8x16.splat(0x5c)))
    const special = i8x16.bitmask(v128.or(low, marks))
    const plain: u32 = special === 0 ? 16 : <u32>ctz(special)
    at += plain
    out += plain
    if (at >= end) return false
    if (special === 0) continue
    const byte = load<u8>(at)
    if (byte === 0x22) {
      put(byte)
      return at - start <= longestText
    }
    if (byte === 0x5c) {
      if (!escapeSequence()) return false
    } else if (byte < 0x80 || !beyondAscii()) return false
  }
  return false
}

/** One that JSON.stringify writes, or a lower-case one of a character beyond ASCII, but no surrogate. */
function escapeSequence(): bool {
  const byte = load<u8>(at, 1)
  if (byte !== 0x75) {
    store<u16>(out, load<u16>(at))
    at += 2
    out += 2
    // " \ b f n r t
    return (
      byte === 0x22 ||
      byte === 0x5c ||
      byte === 0x62 ||
      byte === 0x66 ||
      byte === 0x6e ||
      byte === 0x72 ||
      byte === 0x74
    )
  }
  let code: u32 = 0
  for (let place: u32 = 2; place < 6; place++) {
    const digit = load<u8>(at + place)
    if (digit >= 0x30 && digit <= 0x39) code = (code << 4) | (digit - 0x30)
    else if (digit >= 0x61 && digit <= 0x66) code = (code << 4) | (digit - 0x57)
    else return false
  }
  // Of control characters those without a letter of their own: all but 8, 9, 10, 12 and 13.
  if (code < 0x80 ? code >= 0x20 || ((0x3700 >> code) & 1) !== 0 : (code & 0xf800) === 0xd800) return false
  store<u16>(out, load<u16>(at))
  store<u32>(out, load<u32>(at, 2), 2)
  at += 6
  out += 6
  return true
}

/** One character in UTF-8. */
function beyondAscii(): bool {
  const lead = <u32>load<u8>(at)
  if (lead < 0xc2 || lead > 0xf4) return false
  const length: u32 = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  let code = lead & (0x7f >> length)
  for (let place: u32 = 1; place < length; place++) {
    const next = <u32>load<u8>(at + place)
    if ((next & 0xc0) !== 0x80) return false
    code = (code << 6) | (next & 0x3f)
  }
  if (length === 3 && (code < 0x800 || (code & 0xf800) === 0xd800)) return false
  if (length === 4 && (code < 0x1_0000 || code > 0x10_ffff)) return false
  at += length
  if (length === 4) {
    unit(0xd800 + ((code - 0x1_0000) >> 10))
    unit(0xdc00 + (code & 0x3ff))
  } else unit(code)
  return true
}

/** A UTF-16 unit as an escape. */
function unit(code: u32): void {
  store<u16>(out, 0x755c)
  for (let place: u32 = 0; place < 4; place++) {
    const digit = (code >> (12 - 4 * place)) & 15
    store<u8>(out + place, <u8>(digit < 10 ? 0x30 + digit : 0x57 + digit), 2)
  }
  out += 6
}

/** Whether a number or a word ends before the byte; one that ends with the block may go on. */
function endsLiteral(byte: u8): bool {
  return at < end && (isBlank(byte) || byte === 0x2c || byte === 0x5d || byte === 0x7d)
}

function literal(byte: u8): bool {
  if (byte === 0x2d || isDigit(byte)) return number()
  const word = load<u32>(at)
  store<u32>(out, word)
  // true, null, fals
  if (word === 0x65757274 || word === 0x6c6c756e) {
    at += 4
    out += 4
    return true
  }
  if (word !== 0x736c6166 || load<u8>(at, 4) !== 0x65) return false
  store<u8>(out, 0x65, 4)
  at += 5
  out += 5
  return true
}

function number(): bool {
  const start = at
  if (load<u8>(at) === 0x2d) put(0x2d)
  if (load<u8>(at) === 0x30) put(0x30)
  else if (!digits()) return false
  if (at - start > longestInteger) return false
  if (load<u8>(at) === 0x2e) {
    put(0x2e)
    if (!digits()) return false
  }
  if ((load<u8>(at) | 0x20) === 0x65) {
    put(load<u8>(at))
    const sign = load<u8>(at)
    if (sign === 0x2b || sign === 0x2d) put(sign)
    const exponent = at
    if (!digits() || at - exponent > 2) return false
  }
  return at - start <= longestNumber
}

function digits(): bool {
  const start = at
  for (let byte = load<u8>(at); isDigit(byte) && at < end; byte = load<u8>(at)) put(byte)
  return at > start
}

function isBlank(byte: u8): bool {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39
}
