import { type Command, Option } from 'commander'
import { comparedTotals } from '#shared/compared-totals.ts'
import type { ModelComparison } from '#shared/contracts/comparison.ts'
import type { JobView } from '#shared/contracts/work.ts'
import { counted } from '#shared/counted.ts'
import { inPartText } from '#shared/in-part.ts'
import { seenBeforeText } from '#shared/seen-before.ts'
import { compareModels, nameOf, type Workbench } from '../../main/workbench/index.ts'
import { share } from '../options.ts'
import { figure, type Output, table } from '../output.ts'
import { progressBar } from '../progress.ts'
import { sayTestLooks } from '../test-looks.ts'
import { withProject } from '../with-project.ts'
import { modelOf } from './predict.ts'

interface CompareOptions {
  readonly split: 'train' | 'val' | 'test'
  readonly score?: number
  readonly flips: boolean
}

const NAMED_IMAGES = 20

export function addCompare(command: Command, output: Output): void {
  command
    .command('compare')
    .description('Two models image by image on the same held-out images: what both found or have right, what one alone, what neither.')
    .argument('<project>')
    .argument('<a>', 'model: id, name, latest, or ensemble: the folds of the newest cross-validation together')
    .argument('<b>', 'the other')
    .addOption(new Option('--split <name>').choices(['train', 'val', 'test']).default('test'))
    .option('--score <x>', 'score from which an object counts; by default what the task counts from', share)
    .option('--flips', 'predict mirrored images too and average', false)
    .action((folder: string, a: string, b: string, { split, score, flips }: CompareOptions) =>
      withProject(folder, async (bench) => {
        const [one, other] = [asked(bench, a), asked(bench, b)]
        const bar = progressBar()
        const onJob = ({ progress, title }: JobView): void => {
          bar.update(progress?.fraction ?? 0, title)
        }
        const request = { a: one.id, b: other.id, split, score: score ?? null, flips }
        const compared = await compareModels(bench, request, { onJob }).finally(() => {
          bar.end()
        })
        const on = `on ${counted(compared.images.length, 'labelled image')} of the split ${compared.split}`
        output.say(`A: ${one.name}, B: ${other.name}, ${on}${MEANING[compared.kind](compared)}`)
        sayTable(output, compared, (row) => bench.image(row.imageId).name)
        for (const [name, seen] of [
          ['A', compared.seenBefore.a],
          ['B', compared.seenBefore.b],
        ] as const) {
          const text = seenBeforeText(seen)
          if (text !== '') output.warn(`${name}: ${text}`)
        }
        const inPart = inPartText(compared.inPart)
        if (inPart !== '') output.say(inPart)
        sayTestLooks(output, compared.testLooks)
        output.result({ a: one.id, b: other.id, ...compared, totals: comparedTotals(compared.images) })
      }),
    )
}

/** What is compared, with what it is called. */
function asked({ project }: Workbench, text: string) {
  const models = project.modelsToAsk(modelOf(text))
  return { id: models.length === 1 ? models[0].id : ('ensemble' as const), name: nameOf(models) }
}

type Row = ModelComparison['images'][number]

const MEANING: Readonly<Record<ModelComparison['kind'], (compared: ModelComparison) => string>> = {
  objects: ({ score }) => `, score ${score} and more, IoU 0.5.`,
  areas: ({ score }) => `, score ${score} and more, objects paired from an IoU above 0.5.`,
  images: () => '.',
}

const HEADS: Readonly<Record<ModelComparison['kind'], readonly string[]>> = {
  objects: ['image', 'both', 'only A', 'only B', 'neither', 'wrong A', 'wrong B'],
  areas: ['image', 'both', 'only A', 'only B', 'neither', 'wrong A', 'wrong B', 'mean Dice A', 'mean Dice B'],
  images: ['image', 'both right', 'only A', 'only B', 'neither', 'label', 'A says', 'B says'],
}

function sayTable(output: Output, { kind, images, mcnemar }: ModelComparison, nameOf: (row: Row) => string): void {
  const rows = images.map((row) => [nameOf(row), ...cellsOf(row)])
  const head = HEADS[kind]
  const sums = [0, 1, 2, 3, 4, 5].map((i) => images.reduce((sum, row) => sum + figuresOf(row)[i]!, 0))
  const totals = comparedTotals(images)
  const all = ['all', ...(kind === 'images' ? [...sums.slice(0, 4), '', '', ''] : kind === 'areas' ? [...sums, figure(totals.a.dice), figure(totals.b.dice)] : sums)] // prettier-ignore
  output.say(table([[...head], ...rows.slice(0, NAMED_IMAGES), all]))
  if (rows.length > NAMED_IMAGES) output.say(`${counted(rows.length - NAMED_IMAGES, 'more image')} with --json.`)
  output.say(table(totalRows({ kind, images })))
  if (mcnemar) output.say(`A alone is right on ${mcnemar.onlyA}, B alone on ${mcnemar.onlyB} (McNemar's exact test: p = ${mcnemar.p.toPrecision(2)}).`) // prettier-ignore
}

function cellsOf(row: Row): (string | number)[] {
  if (row.said) return [...figuresOf(row).slice(0, 4), row.said.label, row.said.a, row.said.b]
  return [...figuresOf(row), ...(row.dice ? [figure(row.dice.a), figure(row.dice.b)] : [])]
}

const figuresOf = ({ both, onlyA, onlyB, neither, wrongA, wrongB }: Row): number[] =>
  [both, onlyA, onlyB, neither, wrongA, wrongB].map(({ length }) => length)

/** Both models over all images, and by how much they differ. */
function totalRows({ kind, images }: Pick<ModelComparison, 'kind' | 'images'>): (string | number)[][] {
  const { a, b } = comparedTotals(images)
  if (kind === 'images') return [['', 'right', 'wrong'], ['A', a.found, a.missed], ['B', b.found, b.missed], ['B less A', b.found - a.found, b.missed - a.missed]] // prettier-ignore
  const dice = (value: number | null): string[] => (kind === 'areas' ? [figure(value)] : [])
  const less = a.dice === null || b.dice === null ? '–' : (b.dice - a.dice).toFixed(3)
  return [
    ['', 'found', 'missed', 'wrong', ...(kind === 'areas' ? ['mean Dice'] : [])],
    ['A', a.found, a.missed, a.wrong, ...dice(a.dice)],
    ['B', b.found, b.missed, b.wrong, ...dice(b.dice)],
    ['B less A', b.found - a.found, b.missed - a.missed, b.wrong - a.wrong, ...(kind === 'areas' ? [less] : [])],
  ]
}
