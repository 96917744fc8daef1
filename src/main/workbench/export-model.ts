import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { hasMemory, MEMORY_APART, type ModelFile, modelFile } from '#shared/records/model-file.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { withOwnFacts } from '../../files/own-facts.ts'
import { writeWhole } from '../../files/write-whole.ts'
import type { WrittenLabels } from '../interchange/label-set.ts'
import { projectName } from '../project/folder.ts'
import { type CardFacts, modelCard } from '../report/model-card.ts'
import type { CardTest } from '../report/test-part.ts'
import type { OpenProject } from './open-project.ts'
import { factsWithoutPaths, withoutPaths } from './library/without-paths.ts'
import { measuredThereOf, placeOfLook, testLooks } from './test-looks.ts'

const MODEL_FILES = { onnx: 'model.onnx', safetensors: 'weights.safetensors' } as const
export type ModelFormat = keyof typeof MODEL_FILES

export const isModelFormat = (format: string): format is ModelFormat => format in MODEL_FILES

/** Writes a model's graph or weights, and beside it what a program (`.json`) and a person (`.md`, a model card) need to know of it. */
export async function exportModel(
  project: OpenProject,
  model: ModelRecord,
  target: { file: string; format: ModelFormat },
): Promise<WrittenLabels> {
  const { file, format } = target
  const folder = path.join(project.paths.models, model.id)
  if (!(await stat(path.join(folder, MODEL_FILES[format])).catch(() => null)))
    throw new AppError(
      'model-part',
      `The model ${model.name} has no ${format === 'onnx' ? 'graph' : 'weights of its own'}.`,
      'Nothing was written. Choose another format.',
    )
  const facts = await factsWithoutPaths(folder)
  const beside = format === 'onnx' ? await writeGraph(file, folder, facts) : await writeWeights(file, folder, facts)
  const inside = format === 'onnx' ? [importText(facts)] : []
  return { rows: 1, notes: [await writeFactsBeside(project, model, { file, facts: beside }), ...inside] }
}

/** Whether an exported graph can be imported. */
const importText = (facts: string): string =>
  hasMemory(modelFile.parse(JSON.parse(facts))) ? MEMORY_APART : say('The graph itself tells the same: models import needs no other file.')

/** The graph with all that is known of the model inside it. Gives what stands beside it: the same, with the hash of the file as it is now. */
async function writeGraph(file: string, folder: string, text: string): Promise<string> {
  const facts = modelFile.parse(JSON.parse(text))
  const graph = withOwnFacts(await readFile(path.join(folder, MODEL_FILES.onnx)), facts)
  await writeWhole(file, graph)
  return JSON.stringify({ ...facts, onnxSha256: createHash('sha256').update(graph).digest('hex') }, null, 1)
}

async function writeWeights(file: string, folder: string, text: string): Promise<string> {
  await writeWhole(file, async (handle) => {
    for await (const chunk of createReadStream(path.join(folder, MODEL_FILES.safetensors))) await handle.write(chunk as Uint8Array)
  })
  return text
}

/** Writes a model's weights as Keras loads them (`write`), and the same beside it as any other. */
export async function exportForKeras(
  project: OpenProject,
  model: ModelRecord,
  { file, write }: { readonly file: string; readonly write: () => Promise<void> },
): Promise<WrittenLabels> {
  // By its ending Keras 3 tells its own layout (.weights.h5) from that of Keras 1 and 2, which has fewer names to agree on.
  if (/\.weights\.h5$/i.test(file) || !/\.h5$/i.test(file))
    throw new AppError(
      'wrong-format',
      `Keras does not load weights of this layout from ${path.basename(file)}.`,
      'Nothing was written. Choose a name that ends in .h5, and not in .weights.h5.',
    )
  await write()
  const hint = say(
    'Keras fills the same network, built there, by load_weights: by the names of layers with by_name=True, else layer by layer in the order of first use, which fits networks without branches side by side (no detector).',
  )
  const facts = await factsWithoutPaths(path.join(project.paths.models, model.id))
  return { rows: 1, notes: [await writeFactsBeside(project, model, { file, facts }), hint] }
}

/** What a program and a person need to know of a model, in two files beside it; says so. */
async function writeFactsBeside(
  project: OpenProject,
  model: ModelRecord,
  { file, facts }: { readonly file: string; readonly facts: string },
): Promise<string> {
  await writeWhole(`${file}.json`, facts)
  await writeWhole(`${file}.md`, modelCard(await cardFacts(project, { ...model, settings: withoutPaths(model.settings) })))
  const name = path.basename(file)
  return say('Beside it, {{file}}.json tells classes, normalisation and input, and {{file}}.md is its model card.', { file: name })
}

/** What a model card tells. */
export async function cardFacts(project: OpenProject, model: ModelRecord): Promise<CardFacts> {
  return {
    model,
    file: await readModelFile(project, model),
    project: model.origin?.project ?? projectName(project.folder),
    ancestors: ancestorsOf(project, model),
    testLooks: testLooks(project),
    tests: testsOf(project, model),
  }
}

/** What these models together scored on the test images of this project, as a card tells it; none where that was not measured. */
export function cardTests(project: OpenProject, models: readonly ModelRecord[]): CardTest[] {
  const looks = testLooks(project)
  const at = placeOfLook(looks, models)
  const measure = looks[at]?.last ?? null
  return measure === null ? [] : [{ of: `tests/${at}`, project: '', measure }]
}

/** What a model alone scored on test images, the newest first: here, and where it comes from. */
export const testsOf = (project: OpenProject, model: ModelRecord): CardTest[] => [
  ...cardTests(project, [model]),
  ...testsThere(project, model),
]

/** What it scored where it comes from. */
function testsThere(project: OpenProject, { id }: ModelRecord): CardTest[] {
  const there = measuredThereOf(project, id)
  return there === null ? [] : [{ of: 'there/0', ...there }]
}

/** Names of the models that it went on from, the nearest first; those in a project that one was imported from too. */
function ancestorsOf(project: OpenProject, model: ModelRecord): string[] {
  const models = new Map(project.db.models().map((one) => [one.id, one]))
  const names: string[] = []
  const seen = new Set([model.id])
  let last: ModelRecord | undefined = model
  for (let at = model.parent; at !== null && !seen.has(at); at = last?.parent ?? null) {
    seen.add(at)
    last = models.get(at)
    names.push(last?.name ?? say('a model that is gone'))
  }
  return [...names, ...(last?.origin?.ancestors ?? [])]
}

/** What a model's own file says; null where it cannot be read: cards and records can do without it, an export itself says what is wrong. */
export async function readModelFile({ paths }: OpenProject, { id }: Pick<ModelRecord, 'id'>): Promise<ModelFile | null> {
  try {
    return modelFile.parse(JSON.parse(await readFile(path.join(paths.models, id, 'model.json'), 'utf8')))
  } catch {
    return null
  }
}
