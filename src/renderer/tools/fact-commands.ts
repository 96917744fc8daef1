import { t } from '#shared/i18n/translate.ts'
import { type Amend } from '#shared/records/edit.ts'
import { isGuess } from '../viewer/scene.ts'
import { type Stores } from '../state/stores.ts'
import { type CommandHandlers } from './command-registry.ts'
import { factsEdit, type Deed } from './edits.ts'
import { toggleFlags } from './flag-commands.ts'
import { selectedRecords } from './object-commands.ts'
import { className } from './tool-driver.ts'

// Facts of the selected annotations: whether they are locked, and what lies over what. Each is one edit.

/** Gives the selected annotations facts. False where none is selected; says so where only predictions are. */
function give(stores: Stores, deed: Deed, to: Omit<Amend['to'], 'classId' | 'updatedAt'>): boolean {
  const records = selectedRecords(stores)
  const [first] = records
  if (first === undefined) return saysNone(stores)
  const edit = factsEdit(deed, records, to, className(stores, first.classId), new Date().toISOString())
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
  const locked = selectedRecords(stores).some((record) => !record.locked)
  return give(stores, locked ? 'Lock' : 'Unlock', { locked })
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

export function factHandlers(stores: Stores): CommandHandlers {
  return {
    'object.lock': () => toggleLock(stores),
    'object.flag': () => toggleFlags(stores),
    'object.front': () => toEnd(stores, 'front'),
    'object.back': () => toEnd(stores, 'back'),
  }
}
