import { t } from '#shared/i18n/translate.ts'
import type { CardPart } from './card-part.ts'
import { type CardFacts, type CardFigure, figuresOf, howGoodTexts, learnedFrom, limitsOf, whatItIs } from './model-card.ts'
import { type CardTest, testParts } from './test-part.ts'

/**
 * The card of several models that predicted together, in the language that is spoken: what holds of all of them once, what differs under the name
 * of each, their figures side by side (`models/0/ap50` in the record of counts, in their order there), and what they scored together on test images.
 */
export function ensembleCardParts(cards: readonly CardFacts[], tests: readonly CardTest[]): CardPart[] {
  return [
    { kind: 'text', text: t('Each of them looked at the images, and what they say together is told here: none of them predicted alone.') },
    { kind: 'list', lines: cards.map(({ model: { name, id } }) => `${name} (${id})`) },
    { kind: 'heading', text: t('What it is') },
    { kind: 'list', lines: joined(cards, whatItIs) },
    { kind: 'heading', text: t('What it learned from') },
    { kind: 'list', lines: joined(cards, learnedFrom) },
    { kind: 'heading', text: t('How good it is') },
    ...figuresTogether(cards),
    ...testParts(tests),
    { kind: 'heading', text: t('Limits') },
    { kind: 'list', lines: joined(cards, limitsOf) },
  ]
}

/** Lines that all cards have as they are; then, model by model, those that only some have, each after the model's name. */
function joined(cards: readonly CardFacts[], linesOf: (card: CardFacts) => readonly string[]): string[] {
  const lines = cards.map(linesOf)
  const common = lines[0]!.filter((line) => lines.every((own) => own.includes(line)))
  const rest = lines.flatMap((own, at) => own.filter((line) => !common.includes(line)).map((line) => `${cards[at]!.model.name}: ${line}`))
  return [...common, ...rest]
}

function figuresTogether(cards: readonly CardFacts[]): CardPart[] {
  const figures = cards.map(({ model }) => figuresOf(model.metrics))
  const rows = [...new Map(figures.flat().map((one) => [one.name, one.title]))].map(([name, title]) => ({
    title,
    cells: figures.map((own, at) => cellOf(own, name, at)),
  }))
  const texts = joined(cards, howGoodTexts).map((text) => ({ kind: 'text' as const, text }))
  if (rows.length === 0) return texts
  const said = t('Each by itself on its own validation images: how good they are together is told by an evaluation on test images.')
  return [{ kind: 'figures', head: [t('figure'), ...cards.map(({ model }) => model.name)], rows }, { kind: 'text', text: said }, ...texts]
}

function cellOf(figures: readonly CardFigure[], name: string, at: number) {
  const found = figures.find((one) => one.name === name)
  return found === undefined ? null : { of: `models/${at}/${name}`, value: found.value, shown: found.shown }
}
