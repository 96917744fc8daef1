import { ImageGallery } from '../labels/gallery.tsx'
import { ImageLabelRight } from '../labels/label-panel.tsx'
import { useLabels, useLabelsImages } from '../labels/use-labels.ts'
import { showFlag } from '../review/show-flag.ts'
import { CanvasStage } from './canvas-stage.tsx'
import { ClassesPanel } from './classes-panel.tsx'
import { FilterPanel } from './filter-panel.tsx'
import { GridPanel } from './grid-panel.tsx'
import { FlagsPanel } from './flags-panel.tsx'
import { ImageFacts } from './image-facts.tsx'
import { ImageList } from './image-list.tsx'
import { ImagePanel } from './image-panel.tsx'
import { MapPanel } from './map-panel.tsx'
import { ObjectPanel } from './object-panel.tsx'
import { RegionsPanel } from './regions-panel.tsx'
import { PlanesPanel } from './planes-panel.tsx'
import { PredictionsPanel } from './predictions-panel.tsx'

/** Left of the canvas in Label. */
export function LabelLeft() {
  return <ImageList />
}

/** The open image, or where images are labelled as wholes all of them side by side. */
export function LabelMiddle() {
  const gallery = useLabels((state) => state.gallery)
  const labelsImages = useLabelsImages()
  return gallery && labelsImages ? <ImageGallery /> : <CanvasStage />
}

/** Right of the canvas in Label. */
export function LabelRight() {
  return useLabelsImages() ? <ImageLabelRight /> : <ObjectLabelRight />
}

function ObjectLabelRight() {
  return (
    <>
      <ClassesPanel />
      <FilterPanel />
      <GridPanel />
      <ObjectPanel />
      <FlagsPanel onShow={showFlag} />
      <RegionsPanel />
      <PredictionsPanel />
      <MapPanel />
      <PlanesPanel />
      <ImageFacts />
      <ImagePanel />
    </>
  )
}
