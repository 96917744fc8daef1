import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { type ModelFile, modelFile } from '#shared/records/model-file.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { writeWhole } from '../../files/write-whole.ts'
import type { WrittenLabels } from '../interchange/label-set.ts'
import { projectName } from '../project/folder.ts'
import { type CardFacts, modelCard } from '../report/model-card.ts'
import type { OpenProject } from './open-project.ts'
import { factsWithoutPaths, withoutPaths } from './library/without-paths.ts'
import { testLooks } from './test-looks.ts'

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
  await writeWhole(file, async (handle) => {
    for await (const chunk of createReadStream(path.join(folder, MODEL_FILES[format]))) await handle.write(chunk as Uint8Array)
  })
  await writeWhole(`${file}.json`, await factsWithoutPaths(folder))
  await writeWhole(`${file}.md`, modelCard(await cardFacts(project, { ...model, settings: withoutPaths(model.settings) })))
  const name = path.basename(file)
  return { rows: 1, notes: [`Beside it, ${name}.json tells classes, normalisation and input, and ${name}.md is its model card.`] }
}

/** What a model card tells. */
export async function cardFacts(project: OpenProject, model: ModelRecord): Promise<CardFacts> {
  return {
    model,
    file: await readModelFile(project, model),
    project: model.origin?.project ?? projectName(project.folder),
    ancestors: ancestorsOf(project, model),
    testLooks: testLooks(project),
  }
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
    names.push(last?.name ?? 'a model that is gone')
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
