import { ImageList } from './image-list.tsx'

/** Left of the canvas in Label. */
export function LabelLeft() {
  return <ImageList />
}

/** Right of the canvas in Label. */
export function LabelRight() {
  return null
}
