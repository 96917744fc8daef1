import { type CommandId } from '#shared/commands.ts'
import { isFramed } from '#shared/geometry/frame.ts'
import { TASKS } from '#shared/task-facts.ts'
import { type Stores } from '../state/stores.ts'
import { selectedAreas } from '../tools/area-effects.ts'
import { selectedLine } from '../tools/selected-line.ts'
import { isOffered } from '../tools/tool-set.ts'
import { isGuess } from './scene.ts'

/** What can be done to the selected objects, by groups; a group may be empty. */
export function menuGroups(stores: Stores): readonly (readonly CommandId[])[] {
  const { selected } = stores.selection.getState()
  const areas = selectedAreas(stores.scene.getState().scene, selected)
  const guesses = [...selected].some(isGuess)
  const isMask = areas.some(({ shape }) => shape.type === 'mask')
  const isFrame = areas.some(({ shape }) => isFramed(shape))
  const isOther = isFrame || areas.some(({ shape }) => shape.type === 'polygon')
  const outlined = isMask || isOther
  const task = stores.document.getState().project?.task ?? 'detection'
  // Boxes that came from elsewhere: as polygons they are learned from.
  const isBoxOnly = TASKS[task].objects === 'areas' && areas.some(({ shape }) => shape.type === 'box')
  return [
    guesses ? ['prediction.accept', 'prediction.reject'] : [],
    selectedLine(stores) === null ? [] : ['object.scale'],
    [
      ...(outlined ? (['area.fill-holes', 'area.expand', 'area.shrink', 'area.simplify'] as const) : []),
      ...(outlined && areas.length > 1 ? (['area.union', 'area.subtract', 'area.intersect'] as const) : []),
      ...(isMask || isFrame || isBoxOnly ? (['area.to-polygon'] as const) : []),
      ...(isOther ? (['area.to-mask'] as const) : []),
      ...(areas.length > 0 && isOffered('area.to-region', task) ? (['area.to-region'] as const) : []),
    ],
    selected.size > 0
      ? ['object.copy', 'object.duplicate', 'view.selection', ...(stores.filter.getState().paused ? [] : (['object.hide'] as const))]
      : ['view.fit', 'object.select-all'],
    selected.size > 0 && !guesses ? ['object.front', 'object.back', 'object.lock'] : [],
    stores.tool.getState().clipboard.length > 0 ? ['object.paste'] : [],
    selected.size > 0 && !guesses ? ['object.delete'] : [],
  ]
}
