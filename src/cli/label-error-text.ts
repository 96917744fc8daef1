import { assertNever } from '#shared/assert.ts'
import { say } from '#shared/i18n/say.ts'
import { counted } from '#shared/counted.ts'
import type { LabelError } from '../main/workbench/index.ts'

const NAMED = 12

/** Labels that look wrong in lines, the likeliest errors by name; `learnedLittle`: the models that say so can hardly tell. */
export function labelErrorLines(errors: readonly LabelError[], learnedLittle: boolean): string[] {
  const caution = learnedLittle
    ? [say('The model has learned next to nothing: what it says of labels says little. Train longer first.')]
    : []
  if (errors.length === 0) return ['No label looks wrong.', ...caution]
  const more = errors.length - NAMED
  return [
    ...caution,
    `${counted(errors.length, 'label looks', 'labels look')} wrong, the likeliest first (Shift+X in Review asks about them):`,
    ...errors.slice(0, NAMED).map((error) => `  ${error.image}${placeText(error)}: ${reasonText(error)}`),
    ...(more > 0 ? [`  and ${more} more, all of them with --json`] : []),
  ]
}

const placeText = ({ box }: LabelError): string => (box === null ? '' : ` at ${Math.round(box.x)}, ${Math.round(box.y)}`)

function reasonText({ kind, label, said, saidScore }: LabelError): string {
  const score = saidScore.toFixed(2)
  switch (kind) {
    case 'class':
      return `labelled ${label ?? ''}, looks like ${said ?? ''} (${score})`
    case 'place':
      return `${label ?? ''} looks as if it lay elsewhere (${score})`
    case 'missed':
      return `labelled ${label ?? ''}, the model finds nothing (${score})`
    case 'extra':
      return `looks like ${said ?? ''} (${score}), not labelled`
    default:
      return assertNever(kind)
  }
}
