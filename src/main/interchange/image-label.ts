import type { ParsedObject } from './dataset.ts'

/** The objects with one label of the whole image at most, the first; whether another one said something else. */
export function withOneLabel(objects: readonly ParsedObject[]): { readonly objects: ParsedObject[]; readonly conflict: boolean } {
  const labels = objects.filter(({ shape }) => shape.type === 'image')
  return {
    objects: objects.filter((object) => object.shape.type !== 'image' || object === labels[0]),
    conflict: labels.some(({ className }) => className !== labels[0]!.className),
  }
}
