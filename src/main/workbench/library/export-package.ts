import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { ColorDomain } from '#shared/color-domain.ts'
import type { ModelDescription } from '#shared/contracts/engine.ts'
import type { FeatureDomain } from '#shared/feature-domain.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { modelFile } from '#shared/records/model-file.ts'
import { CARD_FILE, type ModelPackage, PACKAGE_FILE, PACKAGE_FORMAT, RDF_FILE } from '#shared/records/model-package.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { VERSION } from '#shared/version.ts'
import { writeWhole } from '../../../files/write-whole.ts'
import { fingerprint } from '../../images/hash-file.ts'
import type { WrittenLabels } from '../../interchange/label-set.ts'
import { writeZip } from '../../interchange/zip-out.ts'
import { type CardFacts, modelCard } from '../../report/model-card.ts'
import { rdfOf } from './rdf.ts'
import { factsWithoutPaths, withoutPaths } from './without-paths.ts'

/** What the engine says of a model's folder: it looks whether a prediction can be made with it. */
export type DescribeModel = (folder: string) => Promise<ModelDescription>

interface Packing {
  readonly model: ModelRecord
  /** The model's folder. */
  readonly folder: string
  readonly card: CardFacts
  readonly describe: DescribeModel
  /** What is usual among the colours of what it learned from, as far as it is known. */
  readonly colors: readonly ColorDomain[]
  /** The same of what they show. */
  readonly features: readonly FeatureDomain[]
}

const MOST_ANCESTORS = 200

/** Writes a model as one file: whole or not at all. Throws AppError `model-damaged` and the like where it could not predict, or one of `writeWhole`'s. */
export async function exportPackage(
  file: string,
  { model: given, folder, card, describe, colors, features }: Packing,
): Promise<WrittenLabels> {
  const description = await describe(folder)
  const model = { ...given, settings: withoutPaths(given.settings) }
  const facts = await factsWithoutPaths(folder)
  const { weightsSha256, foreign } = modelFile.parse(JSON.parse(facts))
  const files = [textFile('model.json', facts), ...(await weightFiles(folder, weightsSha256 !== null))]
  const { project, ancestors } = card
  const manifest: ModelPackage = {
    ...{
      format: weightsSha256 === null ? PACKAGE_FORMAT : 1,
      version: VERSION,
      files,
      project,
      ancestors: ancestors.slice(0, MOST_ANCESTORS),
    },
    model,
    colors: [...colors],
    features: [...features],
    measured: measuredOf(card),
  }
  // What a graph from elsewhere takes, its maker describes.
  const rdf = foreign === null ? rdfOf({ model, files, description, measured: manifest.measured }) : null
  const entries = [
    ...(rdf === null ? [] : [{ name: RDF_FILE, contents: rdf }]),
    { name: CARD_FILE, contents: modelCard({ ...card, model }) },
    { name: PACKAGE_FILE, contents: JSON.stringify(manifest, null, 1) },
    ...files.map(({ name }) => ({ name, contents: name === 'model.json' ? facts : createReadStream(path.join(folder, name)) })),
  ]
  await writeWhole(file, (handle) => writeZip(handle, entries, new Date(model.createdAt)))
  const note = say('It holds weights, settings, curves, scores and the model card; slidewright models import takes it.')
  return { rows: 1, notes: rdf === null ? [note, noRdf(foreign !== null)] : [note] }
}

/** What it scored here, else where it comes from. */
function measuredOf({ tests, project }: CardFacts): ModelPackage['measured'] {
  const [first] = tests
  return first === undefined ? null : { project: first.project === '' ? project : first.project, measure: first.measure }
}

function noRdf(isForeign: boolean): string {
  return isForeign
    ? say('There is no {{file}} in it, since the model was made elsewhere.', { file: RDF_FILE })
    : say('There is no {{file}} in it, since the model has no graph.', { file: RDF_FILE })
}

function textFile(name: 'model.json', text: string): ModelPackage['files'][number] {
  return { name, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
}

async function weightFiles(folder: string, hasWeights: boolean): Promise<ModelPackage['files']> {
  const there = async (name: string): Promise<boolean> => (await stat(path.join(folder, name)).catch(() => null))?.isFile() === true
  if (!hasWeights) return [{ name: 'model.onnx' as const, ...(await fingerprint(path.join(folder, 'model.onnx'))) }]
  if (!(await there('weights.safetensors')))
    throw new AppError('model-damaged', 'The weights of the model are missing.', 'Nothing was written.')
  const weights = { name: 'weights.safetensors' as const, ...(await fingerprint(path.join(folder, 'weights.safetensors'))) }
  if (!(await there('model.onnx'))) return [weights]
  return [weights, { name: 'model.onnx' as const, ...(await fingerprint(path.join(folder, 'model.onnx'))) }]
}
