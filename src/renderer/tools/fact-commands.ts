import { t } from '#shared/i18n/translate.ts'
import { type Amend } from '#shared/records/edit.ts'
import { type AnnotationId } from '#shared/records/ids.ts'
import { isGuess } from '../viewer/scene.ts'
import { type Stores } from '../state/stores.ts'
import { type CommandHandlers } from './command-registry.ts'
import { factsEdit, type Deed } from './edits.ts'
import { toggleFlags } from './flag-commands.ts'
import { className } from './tool-driver.ts'

// Facts of the selected annotations: whether they are locked, and what lies over what. Each is one edit.

const selectedTruth = ({ selection }: Stores): AnnotationId[] => [...selection.getState().selected].filter((id) => !isGuess(id))

/**
 * Gives the selected annotations a lock or a level; those that have it are left alone. False where none is selected; says so where only predictions
 * are. No record is made of any but the first: there may be a hundred thousand.
 */
function give(stores: Stores, deed: Deed, to: Pick<Amend['to'], 'locked' | 'level'>, ids = selectedTruth(stores)): boolean {
  const { annotations } = stores.document.getState().tables
  const first = ids[0] === undefined ? undefined : annotations.get(ids[0])
  if (first === undefined) return saysNone(stores)
  const others = ids.filter((id) => {
    const now = annotations.standingOf(id)
    return now !== null && (now.locked !== (to.locked ?? now.locked) || now.level !== (to.level ?? now.level))
  })
  const edit = factsEdit(deed, others, to, className(stores, first.classId), new Date().toISOString())
  if (edit) void stores.actions.commit(edit)
  return true
}

function saysNone({ selection, messages }: Stores): boolean {
  const guesses = [...selection.getState().selected].some(isGuess)
  if (guesses) messages.hint(t('Predictions have neither lock nor level.'), t('Accept them first.'))
  return guesses
}

/** Locks the selected; where all of them are locked, unlocks them. */
export function toggleLock(stores: Stores): boolean {
  const { annotations } = stores.document.getState().tables
  const ids = selectedTruth(stores)
  const locked = ids.some((id) => !annotations.isLocked(id))
  return give(stores, locked ? 'Lock' : 'Unlock', { locked }, ids)
}

/** Above all others, or below them; among themselves the selected stay as they lie only where they shared a level. */
export function toEnd(stores: Stores, end: 'front' | 'back'): boolean {
  const chosen = new Set(stores.selection.getState().selected)
  const { parts } = stores.document.getState().tables.annotations
  let [lowest, highest] = [0, 0]
  let others = 0
  for (const { block, gone } of parts)
    for (let row = 0; row < block.rows.count; row++) {
      if ((gone !== null && gone[row] === 1) || chosen.has(block.rows.idAt(row))) continue
      const level = block.rows.levelAt(row)
      lowest = others === 0 ? level : Math.min(lowest, level)
      highest = others === 0 ? level : Math.max(highest, level)
      others++
    }
  return end === 'front' ? give(stores, 'Front', { level: highest + 1 }) : give(stores, 'Back', { level: lowest - 1 })
}

/** Puts the selected out of sight; where none is selected, shows again what was. It touches no label and lasts as long as the project is open. */
function hide({ selection, filter }: Stores): boolean {
  const { selected } = selection.getState()
  if (filter.getState().paused) return false
  if (selected.size > 0) filter.hide(selected)
  else if (filter.getState().hidden.size === 0) return false
  else filter.unhide()
  return true
}

export function factHandlers(stores: Stores): CommandHandlers {
  return {
    'object.lock': () => toggleLock(stores),
    'object.hide': () => hide(stores),
    'object.flag': () => toggleFlags(stores),
    'object.front': () => toEnd(stores, 'front'),
    'object.back': () => toEnd(stores, 'back'),
  }
}
