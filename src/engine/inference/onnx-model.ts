import { bytesField, bytesOf, floatField, intField, messageField, type Field } from '../../files/protobuf.ts'

// ONNX's ModelProto, written by hand; field numbers of onnx/onnx.proto (IR version 8).

const IR_VERSION = 8
/** The oldest operator set that has all we use as we use it, so that the widest range of readers takes the file. */
const OPSET = 13

const ELEMENT = { float32: 1, int64: 7 } as const
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const

export type OnnxAttribute = number | string | readonly number[]

/** A dimension by size, or by name where it is open. */
export type OnnxDimension = number | string

interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | BigInt64Array
}

/** An ONNX graph under construction: nodes in the order they run. */
export class OnnxGraph {
  readonly #nodes: Field[] = []
  readonly #initializers: Field[] = []
  readonly #known = new Map<string, string>()
  readonly #inputs: Field[] = []
  readonly #outputs: Field[] = []

  /** Adds a node with one output; gives the output's name. Integer attributes are whole numbers: write a float as `{ float }`. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute | { float: number }>> = {},
    output = '',
  ): string {
    const name = output === '' ? `${op.toLowerCase()}${this.#nodes.length}` : output
    const fields = Object.entries(attributes).map(([key, value]) => messageField(5, ...attributeFields(key, value)))
    const parts = [...inputs.map((input) => bytesField(1, input)), bytesField(2, name), bytesField(3, name), bytesField(4, op), ...fields]
    this.#nodes.push(messageField(1, ...parts))
    return name
  }

  /** A stored tensor; the same name is stored once. */
  initializer(name: string, make: () => Tensor): string {
    if (this.#known.has(name)) return name
    const { shape, data } = make()
    const type = data instanceof Float32Array ? ELEMENT.float32 : ELEMENT.int64
    const dims = shape.map((size) => intField(1, size))
    this.#initializers.push(messageField(5, ...dims, intField(2, type), bytesField(8, name), bytesField(9, bytesOf(data))))
    this.#known.set(name, name)
    return name
  }

  floats(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const name = `floats[${shape.join()}]:${values.join()}`
    return this.initializer(name, () => ({ shape, data: Float32Array.from(values) }))
  }

  integers(values: readonly number[]): string {
    return this.initializer(`integers:${values.join()}`, () => ({ shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) }))
  }

  input(name: string, shape: readonly OnnxDimension[]): string {
    this.#inputs.push(valueInfo(11, name, shape))
    return name
  }

  /** Names a value as an output of the model. */
  output(value: string, name: string, shape: readonly OnnxDimension[]): void {
    this.node('Identity', [value], {}, name)
    this.#outputs.push(valueInfo(12, name, shape))
  }

  /** The file's bytes. `metadata` becomes metadata_props. */
  model(name: string, metadata: Readonly<Record<string, string>>): Uint8Array {
    const graph = [...this.#nodes, bytesField(2, name), ...this.#initializers, ...this.#inputs, ...this.#outputs]
    const properties = Object.entries(metadata).map(([key, value]) => messageField(14, bytesField(1, key), bytesField(2, value)))
    const opset = messageField(8, bytesField(1, ''), intField(2, OPSET))
    return Buffer.concat([intField(1, IR_VERSION), bytesField(2, 'Slidewright'), messageField(7, ...graph), opset, ...properties])
  }
}

function attributeFields(name: string, value: OnnxAttribute | { float: number }): Field[] {
  const typed = (type: number, ...content: Field[]) => [bytesField(1, name), ...content, intField(20, type)]
  if (typeof value === 'number') return typed(ATTRIBUTE.int, intField(3, value))
  if (typeof value === 'string') return typed(ATTRIBUTE.string, bytesField(4, value))
  if ('float' in value) return typed(ATTRIBUTE.float, floatField(2, value.float))
  return typed(ATTRIBUTE.ints, ...value.map((item) => intField(8, item)))
}

function valueInfo(field: number, name: string, shape: readonly OnnxDimension[]): Field {
  const dimension = (size: OnnxDimension) => messageField(1, typeof size === 'number' ? intField(1, size) : bytesField(2, size))
  const tensor = messageField(1, intField(1, ELEMENT.float32), messageField(2, ...shape.map(dimension)))
  return messageField(field, bytesField(1, name), messageField(2, tensor))
}
