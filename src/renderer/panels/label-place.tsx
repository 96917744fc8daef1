import { ClassesPanel } from './classes-panel.tsx'
import { ImageList } from './image-list.tsx'
import { ImagePanel } from './image-panel.tsx'
import { ObjectPanel } from './object-panel.tsx'
import { PredictionsPanel } from './predictions-panel.tsx'

/** Left of the canvas in Label. */
export function LabelLeft() {
  return <ImageList />
}

/** Right of the canvas in Label. */
export function LabelRight() {
  return (
    <>
      <ClassesPanel />
      <ObjectPanel />
      <PredictionsPanel />
      <ImagePanel />
    </>
  )
}
