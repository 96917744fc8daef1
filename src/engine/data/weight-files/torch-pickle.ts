import { must } from '#shared/assert.ts'
import { refusedPickle, unreadable } from './number-formats.ts'

/**
 * Reads the pickle of a PyTorch state dict and nothing else. A pickle is a program, and Python's own reader will call whatever it names;
 * this one knows the few instructions that a state dict is written with and three harmless names (OrderedDict, _rebuild_tensor_v2, the
 * storage types). Everything else is refused by name, nothing is ever looked up or called.
 */
export interface TorchStorage {
  readonly kind: 'storage'
  /** `FloatStorage`, `HalfStorage`, `LongStorage`... */
  readonly type: string
  readonly key: string
  /** Numbers in it. */
  readonly count: number
}

/** A view of a storage: element (i, j, ...) lies at offset + i * strides[0] + j * strides[1] + ... */
export interface TorchTensor {
  readonly kind: 'tensor'
  readonly storage: TorchStorage
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

interface TorchName {
  readonly kind: 'name'
  readonly name: string
}
interface PickleMark {
  readonly kind: 'mark'
}
export type PickleDict = Map<string, PickleValue>
export type PickleValue =
  null | boolean | number | string | readonly PickleValue[] | PickleDict | TorchTensor | TorchStorage | TorchName | PickleMark

const MARK: PickleMark = { kind: 'mark' }
const ORDERED_DICT = 'collections.OrderedDict'
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2'
const STORAGE = /^torch\.([A-Z][A-Za-z0-9]{1,30}Storage)$/

export interface ParsedPickle {
  readonly value: PickleValue
  /** Position behind it. */
  readonly end: number
  /** Every storage that it names, by key. */
  readonly storages: ReadonlyMap<string, TorchStorage>
}

/**
 * The value that a pickle of protocol 2 builds, from `start` on. Throws AppError `weights-unreadable` on damage, `weights-refused` on
 * anything else than a state dict's parts.
 */
export function parseTorchPickle(bytes: Uint8Array, file: string, start = 0): ParsedPickle {
  const machine = new Machine(bytes, file, start)
  while (!machine.stopped) {
    const code = machine.byte()
    const run = INSTRUCTIONS.get(code)
    if (!run) throw refusedPickle(file, `the pickle instruction 0x${code.toString(16)}`)
    run(machine)
  }
  return { value: machine.pop(), end: machine.at, storages: machine.storages }
}

class Machine {
  readonly file: string
  readonly memo = new Map<number, PickleValue>()
  readonly storages = new Map<string, TorchStorage>()
  stopped = false
  readonly #bytes: Buffer
  #at: number
  readonly #stack: PickleValue[] = []

  constructor(bytes: Uint8Array, file: string, start: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.file = file
    this.#at = start
  }

  get at(): number {
    return this.#at
  }

  take(length: number): Buffer {
    if (!(length >= 0) || this.#at + length > this.#bytes.length) throw unreadable(`${this.file} is damaged: its index ends too early.`)
    return this.#bytes.subarray(this.#at, (this.#at += length))
  }

  byte(): number {
    return this.take(1).readUInt8(0)
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at)
    if (end < 0 || end - this.#at > 1000) throw unreadable(`${this.file} is damaged: its index ends too early.`)
    return this.take(end + 1 - this.#at)
      .toString('latin1')
      .trimEnd()
  }

  push(value: PickleValue): void {
    this.#stack.push(value)
  }

  pop(): PickleValue {
    const value = this.#stack.pop()
    if (value === undefined) throw this.damaged()
    return value
  }

  top(): PickleValue {
    const value = this.#stack.at(-1)
    if (value === undefined) throw this.damaged()
    return value
  }

  /** What was pushed since the last mark, which goes too. */
  sinceMark(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(MARK)
    if (mark < 0) throw this.damaged()
    return this.#stack.splice(mark).slice(1)
  }

  damaged(): Error {
    return unreadable(`${this.file} is damaged: its index makes no sense.`)
  }
}

type Instruction = (machine: Machine) => void

/** Opcodes as in Python's pickletools; those that torch.save writes. */
const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (m) => void checkProtocol(m)],
  [0x2e, (m) => void (m.stopped = true)],
  [0x28, (m) => m.push(MARK)],
  [0x7d, (m) => m.push(new Map())],
  [0x5d, (m) => m.push([])],
  [0x29, (m) => m.push([])],
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x4b, (m) => m.push(m.byte())],
  [0x4d, (m) => m.push(m.take(2).readUInt16LE())],
  [0x4a, (m) => m.push(m.take(4).readInt32LE())],
  [0x47, (m) => m.push(m.take(8).readDoubleBE())],
  [0x8a, (m) => m.push(longInteger(m))],
  [0x58, (m) => m.push(m.take(m.take(4).readUInt32LE()).toString('utf8'))],
  [0x71, (m) => void m.memo.set(m.byte(), m.top())],
  [0x72, (m) => void m.memo.set(m.take(4).readUInt32LE(), m.top())],
  [0x68, (m) => m.push(remembered(m, m.byte()))],
  [0x6a, (m) => m.push(remembered(m, m.take(4).readUInt32LE()))],
  [0x74, (m) => m.push(m.sinceMark())],
  [0x85, (m) => m.push([m.pop()])],
  [0x86, (m) => m.push(popped(m, 2))],
  [0x87, (m) => m.push(popped(m, 3))],
  [0x61, (m) => append(m, [m.pop()])],
  [0x65, (m) => append(m, m.sinceMark())],
  [0x73, (m) => setItems(m, popped(m, 2))],
  [0x75, (m) => setItems(m, m.sinceMark())],
  [0x63, (m) => m.push(allowedName(m))],
  [0x51, (m) => m.push(storage(m, m.pop()))],
  [0x52, (m) => m.push(reduce(m))],
  // The attributes of an OrderedDict (`_metadata`: versions of the modules) are of no use here.
  [0x62, (m) => void m.pop()],
])

function checkProtocol(machine: Machine): void {
  const protocol = machine.byte()
  if (protocol !== 2) throw refusedPickle(machine.file, `pickle protocol ${protocol} (torch.save writes 2)`)
}

function longInteger(machine: Machine): number {
  const bytes = machine.take(machine.byte())
  let value = 0n
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i)
  return Number(BigInt.asIntN(8 * bytes.length, value))
}

function remembered(machine: Machine, index: number): PickleValue {
  const value = machine.memo.get(index)
  if (value === undefined) throw machine.damaged()
  return value
}

function popped(machine: Machine, count: number): PickleValue[] {
  return Array.from({ length: count }, () => machine.pop()).reverse()
}

function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = machine.top()
  if (!Array.isArray(list)) throw machine.damaged()
  for (const item of items) list.push(item)
}

function setItems(machine: Machine, items: readonly PickleValue[]): void {
  const dict = machine.top()
  if (!(dict instanceof Map) || items.length % 2 !== 0) throw machine.damaged()
  for (let i = 0; i < items.length; i += 2) dict.set(String(items[i]), must(items[i + 1], 'an even number of items'))
}

function allowedName(machine: Machine): TorchName {
  const name = `${machine.line()}.${machine.line()}`
  if (name !== ORDERED_DICT && name !== REBUILD_TENSOR && !STORAGE.test(name)) throw refusedPickle(machine.file, `the Python name ${name}`)
  return { kind: 'name', name }
}

/** torch.save's persistent ids: ('storage', storage type, key, device, count), before PyTorch 1.6 with a sixth that is None. */
function storage(machine: Machine, id: PickleValue): TorchStorage {
  if (!Array.isArray(id)) throw machine.damaged()
  const [what, type, key, , count, view = null] = id as readonly PickleValue[]
  const match = isKind(type, 'name') ? STORAGE.exec(type.name) : null
  if (what !== 'storage' || match === null || typeof key !== 'string' || !isCount(count) || view !== null) throw machine.damaged()
  const named: TorchStorage = { kind: 'storage', type: match[1]!, key, count }
  const known = machine.storages.get(key)
  if (known !== undefined && (known.type !== named.type || known.count !== count)) throw machine.damaged()
  machine.storages.set(key, named)
  return named
}

function reduce(machine: Machine): PickleValue {
  const args = machine.pop()
  const callee = machine.pop()
  if (!isKind(callee, 'name') || !Array.isArray(args)) throw machine.damaged()
  if (callee.name === ORDERED_DICT && args.length === 0) return new Map()
  if (callee.name === REBUILD_TENSOR) return tensor(machine, args)
  throw refusedPickle(machine.file, `a call of ${callee.name} with ${args.length} arguments`)
}

function tensor(machine: Machine, args: readonly PickleValue[]): TorchTensor {
  const [source, offset, shape, strides] = args
  if (!isKind(source, 'storage') || !isCount(offset) || !isCounts(shape) || !isCounts(strides) || shape.length !== strides.length)
    throw machine.damaged()
  return { kind: 'tensor', storage: source, offset, shape, strides }
}

function isKind<K extends 'name' | 'storage' | 'tensor'>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}

/** Whether a value of a pickle is a tensor. */
export function isTorchTensor(value: PickleValue | undefined): value is TorchTensor {
  return isKind(value, 'tensor')
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isCounts(value: PickleValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.length <= 16 && value.every((item: PickleValue) => isCount(item))
}
