import { AppError } from '#shared/errors.ts'

/** An array of numbers as NumPy pickles it: nothing of it is copied or decoded. */
export interface NumpyArray {
  readonly shape: readonly number[]
  /** Byte order and type: `<u2`. */
  readonly dtype: string
  readonly fortran: boolean
  readonly bytes: Uint8Array
}

/** The values that are understood: text, numbers, lists, dictionaries with text as keys, and arrays. Everything else is null. */
export type PickledValue =
  string | number | boolean | null | Uint8Array | NumpyArray | readonly PickledValue[] | ReadonlyMap<string, PickledValue>

/** What may be named in the pickle, and what it then stands for; any other name is refused. */
const NAMES = new Map<string, 'reconstruct' | 'scalar' | 'ndarray' | 'dtype'>([
  ['numpy.core.multiarray _reconstruct', 'reconstruct'],
  ['numpy._core.multiarray _reconstruct', 'reconstruct'],
  ['numpy.core.multiarray scalar', 'scalar'],
  ['numpy._core.multiarray scalar', 'scalar'],
  ['numpy ndarray', 'ndarray'],
  ['numpy dtype', 'dtype'],
])

class Named {
  readonly what: 'reconstruct' | 'scalar' | 'ndarray' | 'dtype'
  constructor(what: Named['what']) {
    this.what = what
  }
}
class DType {
  readonly code: string
  order = '<'
  constructor(code: string) {
    this.code = code
  }
}
class Building {
  /** `[version, shape, dtype, fortran, data]` once it was given. */
  state: readonly Item[] | null = null
}
class Mark {
  readonly mark = true
}
const MARK = new Mark()

type Item = string | number | boolean | null | Uint8Array | Item[] | Map<Item, Item> | Named | DType | Building | Mark

/**
 * Reads a .npy file that holds one pickled object, as `np.save(file, {...})` writes it (protocols 2 to 5): a stack machine for just the opcodes that NumPy's
 * arrays, dictionaries, lists, text and numbers take. No code is loaded and none is called; a name or an opcode beyond these is refused.
 *
 * @throws AppError `not-numpy` or `pickle-refused`.
 */
export function readPickledNpy(file: Uint8Array): PickledValue {
  const text = Buffer.from(file.subarray(0, 256)).toString('latin1')
  if (!text.startsWith('\x93NUMPY') || file.length < 12) throw new AppError('not-numpy', 'It is no file of NumPy.')
  const wide = file[6]! >= 2
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const start = wide ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true)
  if (!/'descr':\s*'\|O'/.test(text)) throw new AppError('not-numpy', 'It holds an array of numbers, no dictionary')
  if (start > file.length) throw new AppError('not-numpy', 'It ends too early')
  const whole = plain(new Machine(file.subarray(start)).run())
  // The dictionary stands in an array of objects without dimensions.
  return Array.isArray(whole) && whole.length === 1 ? (whole as readonly PickledValue[])[0]! : whole
}

function refused(what: string): AppError {
  return new AppError('pickle-refused', `It holds ${what}, which is not read: only NumPy's arrays, text and numbers are`)
}

/** What opcodes without an argument put on the stack. */
const CONSTANTS: Readonly<Record<string, () => Item>> = {
  N: () => null,
  '\x88': () => true,
  '\x89': () => false,
  ')': () => [],
  ']': () => [],
  '}': () => new Map(),
  '(': () => MARK,
}
/** Deepest nesting, largest count of things. */
const MOST_ITEMS = 5_000_000

class Machine {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #stack: Item[] = []
  readonly #memo = new Map<number, Item>()
  #at = 0
  #count = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  run(): Item {
    try {
      for (;;) {
        const code = String.fromCharCode(this.#view.getUint8(this.#at++))
        if (code === '.') return this.#pop()
        if (++this.#count > MOST_ITEMS) throw refused(`more than ${MOST_ITEMS} things`)
        const constant = CONSTANTS[code]
        if (constant !== undefined) this.#stack.push(constant())
        else if (!this.#number(code) && !this.#text(code) && !this.#memory(code) && !this.#gather(code) && !this.#make(code))
          throw refused(`the opcode 0x${code.charCodeAt(0).toString(16).padStart(2, '0')}`)
      }
    } catch (thrown) {
      if (thrown instanceof RangeError) throw new AppError('pickle-refused', 'It ends too early', undefined, thrown)
      throw thrown
    }
  }

  #pop(): Item {
    const item = this.#stack.pop()
    if (item === undefined || item === MARK) throw refused('a broken stack')
    return item
  }

  #top(): Item {
    const item = this.#stack.at(-1)
    if (item === undefined) throw refused('a broken stack')
    return item
  }

  #toMark(): Item[] {
    const at = this.#stack.lastIndexOf(MARK)
    if (at < 0) throw refused('a broken stack')
    const items = this.#stack.splice(at)
    return items.slice(1)
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new RangeError('beyond the end')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  #uint(bytes: 1 | 2 | 4 | 8): number {
    const at = this.#at
    this.#at += bytes
    if (bytes === 8) return Number(this.#view.getBigUint64(at, true))
    return bytes === 4 ? this.#view.getUint32(at, true) : bytes === 2 ? this.#view.getUint16(at, true) : this.#view.getUint8(at)
  }

  #number(code: string): boolean {
    const push = (value: number): true => {
      this.#stack.push(value)
      return true
    }
    switch (code) {
      case 'J':
        return push(this.#uint(4) | 0)
      case 'K':
        return push(this.#uint(1))
      case 'M':
        return push(this.#uint(2))
      case 'G':
        this.#at += 8
        return push(this.#view.getFloat64(this.#at - 8, false))
      case '\x8a': {
        const digits = this.#take(this.#uint(1))
        const value = digits.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)
        return push(Number(BigInt.asIntN(8 * digits.length, value)))
      }
      default:
        return false
    }
  }

  #text(code: string): boolean {
    const text = { '\x8c': 1, X: 4, '\x8d': 8 }[code] as 1 | 4 | 8 | undefined
    const bytes = { C: 1, B: 4, '\x8e': 8 }[code] as 1 | 4 | 8 | undefined
    if (text !== undefined) this.#stack.push(Buffer.from(this.#take(this.#uint(text))).toString('utf8'))
    else if (bytes !== undefined) this.#stack.push(this.#take(this.#uint(bytes)))
    else return false
    return true
  }

  /** Protocol marks, and what is kept to be used again. */
  #memory(code: string): boolean {
    switch (code) {
      case '\x80':
        this.#at += 1
        return true
      case '\x95':
        this.#at += 8
        return true
      case '\x94':
        this.#memo.set(this.#memo.size, this.#top())
        return true
      case 'q':
      case 'r':
        this.#memo.set(this.#uint(code === 'q' ? 1 : 4), this.#top())
        return true
      case 'h':
      case 'j': {
        const item = this.#memo.get(this.#uint(code === 'h' ? 1 : 4))
        if (item === undefined) throw refused('a broken memory')
        this.#stack.push(item)
        return true
      }
      default:
        return false
    }
  }

  /** Tuples, lists and dictionaries. */
  #gather(code: string): boolean {
    switch (code) {
      case 't':
        this.#stack.push(this.#toMark())
        return true
      case '\x85':
      case '\x86':
      case '\x87': {
        const length = code.charCodeAt(0) - 0x84
        if (this.#stack.length < length) throw refused('a broken stack')
        this.#stack.push(this.#stack.splice(-length))
        return true
      }
      case 'a':
      case 'e': {
        const items = code === 'a' ? [this.#pop()] : this.#toMark()
        const list = this.#top()
        if (!Array.isArray(list)) throw refused('a broken list')
        for (const item of items) list.push(item)
        return true
      }
      case 's':
      case 'u': {
        const items = code === 's' ? [this.#pop(), this.#pop()].reverse() : this.#toMark()
        const map = this.#top()
        if (!(map instanceof Map)) throw refused('a broken dictionary')
        for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i]!, items[i + 1]!)
        return true
      }
      default:
        return false
    }
  }

  /** Names, and what is made by them: arrays, their types and single numbers. */
  #make(code: string): boolean {
    switch (code) {
      case 'c':
      case '\x93': {
        const [module, name] = code === 'c' ? [this.#line(), this.#line()] : [this.#pop(), this.#pop()].reverse()
        const what = NAMES.get(`${String(module)} ${String(name)}`)
        if (what === undefined) throw refused(`${String(module)}.${String(name)}`.slice(0, 100))
        this.#stack.push(new Named(what))
        return true
      }
      case 'R': {
        const [given, named] = [this.#pop(), this.#pop()]
        if (!(named instanceof Named) || !Array.isArray(given)) throw refused('a call')
        this.#stack.push(called(named, given))
        return true
      }
      case 'b': {
        const state = this.#pop()
        const object = this.#top()
        if (!Array.isArray(state)) throw refused('an object with a state of its own')
        if (object instanceof DType) object.order = state[1] === '>' ? '>' : state[1] === '|' ? '|' : '<'
        else if (object instanceof Building) object.state = state
        else throw refused('an object with a state of its own')
        return true
      }
      default:
        return false
    }
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at)
    if (end < 0) throw new RangeError('beyond the end')
    const line = Buffer.from(this.#take(end - this.#at)).toString('latin1')
    this.#at++
    return line
  }
}

function called({ what }: Named, given: readonly Item[]): Item {
  const [first, second] = given
  switch (what) {
    case 'dtype':
      if (typeof first !== 'string') throw refused('a type without a name')
      return new DType(first)
    case 'reconstruct':
      return new Building()
    case 'scalar': {
      if (!(first instanceof DType) || !(second instanceof Uint8Array)) return null
      const single = new Building()
      single.state = [1, [], first, false, second]
      return single
    }
    case 'ndarray':
      throw refused('a call of numpy.ndarray')
  }
}

/** The things of the stack as values. What is no value (a type by itself) is null. */
function plain(item: Item, depth = 0): PickledValue {
  if (depth > 50) throw refused('things in things deeper than 50')
  if (item === null || typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean' || item instanceof Uint8Array)
    return item
  if (Array.isArray(item)) return item.map((one) => plain(one, depth + 1))
  if (item instanceof Map) {
    const entries = [...item].flatMap(([key, value]): [string, PickledValue][] =>
      typeof key === 'string' ? [[key, plain(value, depth + 1)]] : [],
    )
    return new Map(entries)
  }
  return item instanceof Building ? arrayOf(item, depth) : null
}

function arrayOf({ state }: Building, depth: number): PickledValue {
  const [, shape, dtype, fortran, data] = state ?? []
  if (!Array.isArray(shape) || !shape.every((side) => typeof side === 'number') || !(dtype instanceof DType))
    throw refused('a broken array')
  if (Array.isArray(data)) return data.map((one) => plain(one, depth + 1))
  if (!(data instanceof Uint8Array)) throw refused('a broken array')
  return { shape: shape as number[], dtype: `${dtype.order}${dtype.code}`, fortran: fortran === true || fortran === 1, bytes: data }
}

export function isDictionary(value: PickledValue): value is ReadonlyMap<string, PickledValue> {
  return value instanceof Map
}

export function isNumpyArray(value: PickledValue | undefined): value is NumpyArray {
  return typeof value === 'object' && value !== null && 'dtype' in value
}

/**
 * The whole numbers of an array in the order of its rows; numbers beyond 32 bits are cut to them.
 *
 * @throws AppError `pickle-refused` where it has other numbers, or fewer than its shape says.
 */
export function wholeNumbersOf({ dtype, shape, bytes, fortran }: NumpyArray): Int32Array {
  const match = /^([<>|])([iub])([1248])$/.exec(dtype)
  if (match === null) throw refused(`numbers of type ${dtype}`)
  const [little, signed, size] = [match[1] !== '>', match[2] === 'i', Number(match[3])]
  const count = shape.reduce((product, side) => product * side, 1)
  if (bytes.length !== count * size) throw new AppError('pickle-refused', `Its array has ${bytes.length} bytes for ${count} numbers`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = (at: number): number => {
    if (size === 1) return signed ? view.getInt8(at) : view.getUint8(at)
    if (size === 2) return signed ? view.getInt16(at, little) : view.getUint16(at, little)
    return view.getInt32(size === 8 && !little ? at + 4 : at, little)
  }
  const out = new Int32Array(count)
  const [rows = 1, columns = 1] = shape
  for (let i = 0; i < count; i++) out[i] = read(size * (fortran && shape.length === 2 ? (i % columns) * rows + Math.floor(i / columns) : i))
  return out
}
