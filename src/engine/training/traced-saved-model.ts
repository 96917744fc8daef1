import { bytesField, floatField, intField, mapEntry, messageField, packedFloats, packedInts, type Field } from '../../files/protobuf.ts'
import { DataType, type OpAttribute } from '../backends/native.ts'
import type { GraphNode, TensorValue } from './traced-graph.ts'

// Field numbers of tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape}.proto and
// tensorflow/core/protobuf/{saved_model,meta_graph}.proto, which TensorFlow keeps stable.

/** GraphDef versions.producer: what a graph of this age may assume (TensorFlow 2.9 and later read it). */
const PRODUCER = 1087

/**
 * A SavedModel with one MetaGraph tagged 'serve', as tfjs-node's loadSavedModel reads it. It has no variables directory: the graph's
 * resource variables are set by running its own init.
 */
export function savedModel(nodes: readonly GraphNode[]): Buffer {
  const graph = Buffer.concat([...nodes.map((node) => messageField(1, nodeDef(node))), messageField(4, intField(1, PRODUCER))])
  const metaGraph = [messageField(1, bytesField(4, 'serve')), bytesField(2, graph)]
  return Buffer.concat([intField(1, 1), messageField(2, ...metaGraph)])
}

function nodeDef({ name, op, inputs, attributes, tensor }: GraphNode): Field {
  const value = tensor === undefined ? [] : [mapEntry(5, 'value', messageField(8, tensorProto(tensor)))]
  return Buffer.concat([
    bytesField(1, name),
    bytesField(2, op),
    ...inputs.map((input) => bytesField(3, input)),
    ...attributes.map((attribute) => mapEntry(5, attribute.name, attributeValue(attribute))),
    ...value,
  ])
}

/** AttrValue; the type codes are the binding's (enum TF_AttrType). */
function attributeValue({ name, type, value }: OpAttribute): Field {
  if (typeof value === 'string') return bytesField(2, value)
  if (typeof value === 'boolean') return intField(5, value ? 1 : 0)
  if (typeof value === 'number') return numberValue(type, value)
  if (type === 5) return messageField(7, shapeProto(value as readonly number[]))
  if (type === 3) return messageField(1, packedInts(5, value.map(Number)))
  if (type === 2) return messageField(1, packedFloats(4, value.map(Number)))
  if (type === 1) return messageField(1, packedInts(3, value.map(Number)))
  throw new Error(`Attribute ${name} of type ${type} cannot be written`)
}

function numberValue(type: number, value: number): Field {
  if (type === 4) return intField(6, value)
  return type === 2 ? floatField(4, value) : intField(3, value)
}

/** TensorProto. A tensor whose elements are all equal is stored as one element, as TensorFlow reads it back. */
function tensorProto({ dtype, shape, bytes }: TensorValue): Field {
  const head = [intField(1, dtype), messageField(2, shapeProto(shape))]
  const width = dtype === DataType.bool ? 1 : 4
  if (bytes.length > width && uniform(bytes, width)) return Buffer.concat([...head, singleValue(dtype, bytes)])
  return Buffer.concat([...head, bytesField(4, bytes)])
}

function uniform(bytes: Buffer, width: number): boolean {
  return bytes.subarray(width).equals(bytes.subarray(0, bytes.length - width))
}

function singleValue(dtype: number, bytes: Buffer): Field {
  if (dtype === DataType.float32) return packedFloats(5, [bytes.readFloatLE(0)])
  if (dtype === DataType.int32) return packedInts(7, [bytes.readInt32LE(0)])
  return packedInts(11, [bytes[0]!])
}

function shapeProto(shape: readonly number[]): Field {
  return Buffer.concat(shape.map((size) => messageField(2, intField(1, size))))
}
