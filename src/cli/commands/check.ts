import type { Command } from 'commander'
import { SHIFT_TITLES } from '#shared/color-domain.ts'
import type { LookAlikes } from '#shared/contracts/work.ts'
import { counted } from '#shared/counted.ts'
import { FEATURE_SHIFTS } from '#shared/feature-domain.ts'
import { keptTogether } from '#shared/origin.ts'
import { type ImageId, runId } from '#shared/records/ids.ts'
import { checkDomain, markedTwiceIn, type Workbench } from '../../main/workbench/index.ts'
import { labelErrorLines } from '../label-error-text.ts'
import type { Output } from '../output.ts'
import { withProject } from '../with-project.ts'
import { modelOf } from './predict.ts'

/** Pairs, images and labels that are written out by name. */
const NAMED = 20

interface CheckOptions {
  readonly labels?: boolean
  readonly run?: string
  readonly model?: string
}

export function addCheck(root: Command, output: Output): Command {
  return root
    .command('check')
    .description(
      'Look for what would make scores look better or counts higher than they are: slides, patients or look-alikes on both sides of the split, images of other colours, objects on one another.',
    )
    .argument('<project>')
    .option('--labels', 'name labels that look wrong instead, by models that did not learn from them (train --folds)')
    .option('--run <id>', 'with --labels: what this run says in place of the newest folds')
    .option('--model <id>', 'name instead the images that look unlike those that a model learned from: by id, name, latest or ensemble')
    .action((folder: string, options: CheckOptions) =>
      withProject(
        folder,
        async (bench) => {
          if (options.labels === true || options.run !== undefined) return checkLabels(output, bench, options.run)
          if (options.model !== undefined) return checkModel(output, bench, options.model)
          const { warnings } = await bench.training.data()
          const { pairs, compared, unread, unsplit } = await bench.lookAlikes()
          const named = pairs.map(({ train, other, correlation }) => {
            const [a, b] = [bench.image(train), bench.image(other)]
            return { train: a.name, other: b.name, split: b.split, correlation }
          })
          for (const warning of warnings) output.say(warning)
          const lone = bench.images().filter((image) => keptTogether(image) === null).length
          if (lone > 0)
            output.say(
              `Of ${counted(lone, 'image')} no slide or patient is known: whether one stands on both sides of the split can't be told (origin --patient-by).`,
            )
          output.say(`${counted(compared, 'image')} compared, ${counted(pairs.length, 'pair')} of look-alikes across the split.`)
          if (unsplit.images > 0) output.say(unsplitText(unsplit))
          for (const { train, other, split, correlation } of named.slice(0, NAMED))
            output.say(`  ${train} (train) and ${other} (${split ?? ''}): correlation ${correlation.toFixed(4)}`)
          if (named.length > NAMED) output.say(`  and ${named.length - NAMED} more, all of them with --json`)
          const { compared: lookedAt, far } = await bench.colorCheck()
          const shifted = far.map(({ image, ...rest }) => ({ image: bench.image(image).name, ...rest }))
          if (lookedAt > 0) output.say(`${counted(far.length, 'image')} of ${lookedAt} that are not learned from differ in colour.`)
          for (const { image, ratio, shift } of shifted.slice(0, NAMED))
            output.say(`  ${image}: ${SHIFT_TITLES[shift]}, ${ratio.toFixed(1)} times the usual distance`)
          if (far.length > 0) output.say('  Label some of them too, or train with --stain reinhard or --stain macenko.')
          if (unread > 0) output.say(`${counted(unread, 'image')} could not be read.`)
          const twice = sayTwice(output, bench)
          output.result({ warnings, compared, unread, lookAlikes: named, unsplit, colors: { compared: lookedAt, far: shifted }, twice })
        },
        { readOnly: true },
      ),
    )
}

/** Objects on others of their class, labels and what the usual run found: counts are too high where they are the same ones. */
function sayTwice(output: Output, bench: Workbench) {
  const { labels, predictions } = markedTwiceIn(bench.project)
  const named = (found: typeof labels) => found.map(({ image, objects }) => ({ image: bench.image(image).name, objects }))
  const told = { labels: named(labels), predictions: predictions && { ...predictions, images: named(predictions.images) } }
  for (const [what, found] of [
    ['label', told.labels],
    ['prediction', told.predictions?.images ?? []],
  ] as const) {
    if (found.length === 0) continue
    const objects = found.reduce((sum, one) => sum + one.objects, 0)
    const [lies, its] = objects === 1 ? ['lies', 'its'] : ['lie', 'their']
    output.say(
      `${counted(objects, what)} ${lies} on or in another of ${its} class, on ${counted(found.length, 'image')}: counts are too high where they are the same object.`,
    )
    for (const one of found.slice(0, NAMED)) output.say(`  ${one.image}: ${one.objects}`)
    if (found.length > NAMED) output.say(`  and ${found.length - NAMED} more, all of them with --json`)
  }
  return told
}

function unsplitText({ images, alike }: LookAlikes['unsplit']): string {
  const what = `${counted(images, 'image')} without a split`
  if (alike === 0) return `None of ${what} looks nearly the same as another.`
  return `Of ${what} ${alike} look nearly the same as another: a training or slidewright split puts such on one side.`
}

/** The images that are new to a model and unlike those that it learned from, by colour and by what they show. */
async function checkModel(output: Output, bench: Workbench, asked: string): Promise<void> {
  const request = { modelId: modelOf(asked) }
  // A model that is not there is refused, as by predict: the check itself only finds nothing to compare.
  bench.prediction.chosen(request)
  const { model, colors, features, examples } = await checkDomain(bench, request)
  const name = (id: ImageId): string => bench.image(id).name
  const named = <S extends string>(
    { far }: { far: readonly { image: ImageId; ratio: number; shift: S }[] },
    titles: Readonly<Record<S, string>>,
  ) => far.map(({ image, ratio, shift }) => ({ image: name(image), ratio, shift, title: titles[shift] }))
  const told = [
    { what: 'differ in colour', compared: colors.compared, far: named(colors, SHIFT_TITLES) },
    { what: 'show other structures or another sharpness', compared: features.compared, far: named(features, FEATURE_SHIFTS) },
  ]
  if (colors.compared + features.compared === 0)
    output.say(
      'Nothing could be compared: no image is new to the model, fewer than eight that it learned from are known, or it moves all colours to those.',
    )
  for (const { what, compared, far } of told) {
    if (compared > 0) output.say(`${counted(far.length, 'image')} of ${compared} that are new to ${model} ${what}.`)
    for (const { image, title, ratio } of far.slice(0, NAMED))
      output.say(`  ${image}: ${title}, ${ratio.toFixed(1)} times the usual distance`)
    if (far.length > NAMED) output.say(`  and ${far.length - NAMED} more, all of them with --json`)
  }
  if (examples.near.length > 0) output.say(`Nearest to them of those that it learned from: ${examples.near.map(name).join(', ')}.`)
  const plain = told.map(({ compared, far }) => ({ compared, far: far.map(({ image, ratio, shift }) => ({ image, ratio, shift })) }))
  output.result({ model, colors: plain[0], features: plain[1], examples: { far: examples.far.map(name), near: examples.near.map(name) } })
}

async function checkLabels(output: Output, bench: Workbench, run: string | undefined): Promise<void> {
  const { labelErrors, outOfFold, learnedLittle } = await bench.labelErrors(run === undefined ? null : runId.parse(run))
  for (const line of labelErrorLines(labelErrors, learnedLittle)) output.say(line)
  if (!outOfFold)
    output.say(
      `What the model of this run learned from, it hardly says otherwise of; to have all labels looked at: ${bench.project.foldsCommand()}`,
    )
  output.result({ outOfFold, labelErrors, learnedLittle })
}
