/** A label as the reference has it: [left, top, right, bottom], class. */
export interface ReferenceLabel {
  readonly box: readonly number[]
  readonly classIndex: number
  readonly home: number
}
export interface ReferenceCell {
  readonly x: number
  readonly y: number
  readonly box: readonly number[]
  readonly scores: readonly number[]
}

export function referenceIou(a: readonly number[], b: readonly number[]): number {
  const width = Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!)
  const height = Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!)
  if (width <= 0 || height <= 0) return 0
  const area = (box: readonly number[]) => (box[2]! - box[0]!) * (box[3]! - box[1]!)
  return (width * height) / (area(a) + area(b) - width * height)
}

/**
 * Task-aligned assignment of one image written plainly, label by label, to hold the tensor form against: index of the label and class
 * target of each cell that learns one.
 */
export function referenceAssignment(
  cells: readonly ReferenceCell[],
  labels: readonly ReferenceLabel[],
  topK: number,
): Map<number, { label: number; target: number }> {
  const alignment = (cell: ReferenceCell, { box, classIndex }: ReferenceLabel) =>
    Math.sqrt(cell.scores[classIndex]!) * referenceIou(cell.box, box) ** 6
  const owner = new Map<number, number>()
  for (const [index, label] of labels.entries()) {
    const [left, top, right, bottom] = label.box as [number, number, number, number]
    const inside = [...cells.keys()].filter((i) => {
      const { x, y } = cells[i]!
      return x > left && x < right && y > top && y < bottom
    })
    inside.sort((a, b) => alignment(cells[b]!, label) - alignment(cells[a]!, label))
    for (const cell of inside.slice(0, topK)) {
      const rival = owner.get(cell)
      const overlap = (label: ReferenceLabel) => referenceIou(cells[cell]!.box, label.box)
      if (rival === undefined || overlap(label) > overlap(labels[rival]!)) owner.set(cell, index)
    }
  }
  const fed = new Set(owner.values())
  for (const [index, { home }] of labels.entries()) if (!fed.has(index) && home >= 0) owner.set(home, index)
  const result = new Map<number, { label: number; target: number }>()
  for (const [cell, index] of owner) {
    const label = labels[index]!
    const own = [...owner].filter(([, other]) => other === index).map(([i]) => cells[i]!)
    const bestAlignment = Math.max(...own.map((other) => alignment(other, label)))
    const bestIou = Math.max(...own.map((other) => referenceIou(other.box, label.box)))
    const relative = bestAlignment === 0 ? 1 : alignment(cells[cell]!, label) / bestAlignment
    result.set(cell, { label: index, target: Math.max(0.05, relative * bestIou) })
  }
  return result
}
