import type { ForeignOutput, OutputValues } from '#shared/records/foreign-graph.ts'
import type { RawOutputs } from '../inference/session.ts'
import type { Placed } from './feed.ts'
import { unfit } from './look-at-graph.ts'

type Raw = RawOutputs[string]
type Areas = Extract<ForeignOutput, { kind: 'areas' }>
type Boxes = Extract<ForeignOutput, { kind: 'boxes' }>
type Lists = Extract<ForeignOutput, { kind: 'lists' }>

/** Below this a probability is told as this, so that its logit is a number. */
const LEAST = 1e-7

const logOf = (p: number): number => Math.log(Math.max(p, LEAST))
const logitOf = (p: number): number => logOf(p) - logOf(1 - p)

/** An output by name. @throws AppError `graph-unfit` where it is not there. */
function taken(outputs: RawOutputs, name: string): Raw {
  const found = outputs[name]
  if (!found) throw unfit(`The graph gives no output "${name}".`)
  return found
}

/** Scores of an image as the logits that a classifier of ours gives: one of two classes, or one a class. */
export function scoresOf(outputs: RawOutputs, { name, values, channels }: Extract<ForeignOutput, { kind: 'scores' }>): RawOutputs {
  const { data } = taken(outputs, name)
  checkValues(data, values)
  if (data.length === 1 && channels.length === 2) {
    const second = values === 'probabilities' ? logitOf(data[0]!) : data[0]!
    // The only number is that of class 1; a project with its classes the other way round asks for class 0.
    return { logits: { shape: [1, 2], data: Float32Array.of(0, channels[1] === 1 ? second : -second) } }
  }
  checkChannels(channels, data.length)
  return { logits: { shape: [1, channels.length], data: Float32Array.from(channels, (c) => inLogits(data[c]!, values)) } }
}

const inLogits = (value: number, values: OutputValues): number => (values === 'probabilities' ? logOf(value) : value)

/** Classes of pixels as the logits [1, h, w, 1 + classes] (or [1, h, w, 1]) that a segmenter of ours gives, at the size of the input. */
export function areasOf(outputs: RawOutputs, output: Areas, [height, width]: readonly [number, number]): RawOutputs {
  const { data, shape } = taken(outputs, output.name)
  const [count = 0, h = 0, w = 0] = output.axes === 'nchw' ? shape.slice(1) : [shape[3], shape[1], shape[2]]
  if (shape.length !== 4 || count * h * w !== data.length || data.length === 0)
    throw unfit(`The output "${output.name}" is ${shape.join(' x ')}, not classes of pixels.`)
  const { channels, values, background } = output
  checkChannels(channels, count)
  checkValues(data, values)
  const at = (c: number, i: number): number => (output.axes === 'nchw' ? data[c * h * w + i]! : data[i * count + c]!)
  const single = channels.length === 1 && !background
  const shares = single ? 1 : channels.length + 1
  const logits = new Float32Array(h * w * shares)
  for (let i = 0; i < h * w; i++) {
    if (single) logits[i] = values === 'probabilities' ? logitOf(at(channels[0]!, i)) : at(channels[0]!, i)
    else {
      logits[i * shares] = background ? inLogits(at(0, i), values) : 0
      for (const [k, c] of channels.entries())
        logits[i * shares + 1 + k] = background ? inLogits(at(c, i), values) : values === 'probabilities' ? logitOf(at(c, i)) : at(c, i)
    }
  }
  return { logits: { shape: [1, height, width, shares], data: enlarged(logits, [h, w], [height, width], shares) } }
}

/** [h, w, shares] at another size, bilinear with half-pixel centres. */
function enlarged(data: Float32Array, [h, w]: readonly [number, number], [height, width]: readonly [number, number], shares: number) {
  if (h === height && w === width) return data
  const out = new Float32Array(height * width * shares)
  const place = (i: number, to: number, from: number): number => Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5))
  for (let y = 0, to = 0; y < height; y++) {
    const v = place(y, height, h)
    const [top, down] = [Math.floor(v), v - Math.floor(v)]
    const below = Math.min(h - 1, top + 1)
    for (let x = 0; x < width; x++) {
      const u = place(x, width, w)
      const [left, right] = [Math.floor(u), u - Math.floor(u)]
      const beside = Math.min(w - 1, left + 1)
      for (let c = 0; c < shares; c++, to++) {
        const above = data[(top * w + left) * shares + c]! * (1 - right) + data[(top * w + beside) * shares + c]! * right
        const under = data[(below * w + left) * shares + c]! * (1 - right) + data[(below * w + beside) * shares + c]! * right
        out[to] = above * (1 - down) + under * down
      }
    }
  }
  return out
}

/** Names of what a detector from elsewhere gives once it is read: corners in pixels of the picture, and a score of each class. */
export const FOUND = { boxes: 'boxes', scores: 'scores' } as const

/** Boxes [n, 4] (left, top, right, bottom in pixels of the picture as it was before it was padded) and scores [n, classes]. */
export function boxesOf(outputs: RawOutputs, output: Boxes | Lists, { left, top }: Pick<Placed, 'left' | 'top'>): RawOutputs {
  const { corners, score, count } = output.kind === 'lists' ? listed(outputs, output) : tabled(outputs, output)
  const { channels } = output
  const boxes = new Float32Array(count * 4)
  const scores = new Float32Array(count * channels.length)
  for (let i = 0; i < count; i++) {
    for (const [k, value] of corners(i).entries()) boxes[i * 4 + k] = value - (k % 2 === 0 ? left : top)
    for (const [k, channel] of channels.entries()) scores[i * channels.length + k] = score(i, channel)
  }
  return { [FOUND.boxes]: { shape: [count, 4], data: boxes }, [FOUND.scores]: { shape: [count, channels.length], data: scores } }
}

interface Table {
  readonly count: number
  corners(box: number): readonly number[]
  /** Of a box for a channel of the output. */
  score(box: number, channel: number): number
}

function tabled(outputs: RawOutputs, { name, form, channels }: Boxes): Table {
  const { data, shape } = taken(outputs, name)
  const [, rows = 0, columns = 0] = shape
  if (shape.length !== 3 || shape[0] !== 1) throw unfit(`The output "${name}" is ${shape.join(' x ')}, not a table of boxes.`)
  const [count, fields] = form === 'columns' ? [columns, rows] : [rows, columns]
  const at = form === 'columns' ? (i: number, f: number) => data[f * count + i]! : (i: number, f: number) => data[i * fields + f]!
  if (form === 'best') {
    if (fields !== 6) throw unfit(`The output "${name}" has ${fields} numbers a box, not 6.`)
    return {
      count,
      corners: (i) => [at(i, 0), at(i, 1), at(i, 2), at(i, 3)],
      score: (i, channel) => (Math.round(at(i, 5)) === channel ? at(i, 4) : 0),
    }
  }
  const first = form === 'rows' ? 5 : 4
  checkChannels(channels, fields - first)
  return {
    count,
    corners: (i) => {
      const [x, y, w, h] = [at(i, 0), at(i, 1), at(i, 2), at(i, 3)]
      return [x - w / 2, y - h / 2, x + w / 2, y + h / 2]
    },
    score: (i, channel) => at(i, first + channel) * (form === 'rows' ? at(i, 4) : 1),
  }
}

function listed(outputs: RawOutputs, output: Lists): Table {
  const [boxes, scores, labels] = [
    taken(outputs, output.boxes).data,
    taken(outputs, output.scores).data,
    taken(outputs, output.labels).data,
  ]
  const count = scores.length
  if (boxes.length !== 4 * count || labels.length !== count)
    throw unfit('The outputs of the graph do not tell as many boxes as scores and classes.')
  return {
    count,
    corners: (i) => [...boxes.subarray(4 * i, 4 * i + 4)],
    score: (i, channel) => (labels[i] === channel ? scores[i]! : 0),
  }
}

function checkChannels(channels: readonly number[], count: number): void {
  if (channels.every((c) => c < count)) return
  throw unfit(`The graph tells ${count} classes, fewer than were named.`, 'Nothing was changed. Name as many as it tells.')
}

/** Beyond this a number is none of a probability: rounding is smaller. */
const SLACK = 1e-3

function checkValues(data: Float32Array, values: OutputValues): void {
  let [least, most] = [Infinity, -Infinity]
  for (const value of data) {
    if (!Number.isFinite(value)) throw unfit('The graph gives numbers that are none (not finite).')
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  if (values === 'probabilities' && (least < -SLACK || most > 1 + SLACK))
    throw unfit(
      `The graph gives values from ${least.toPrecision(3)} to ${most.toPrecision(3)}, which are no probabilities.`,
      'Nothing was changed. Say that it gives logits.',
    )
}
