import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { modelId, newId } from '#shared/records/ids.ts'
import { modelPackage, type ModelPackage, PACKAGE_FILE, PACKAGE_FORMAT } from '#shared/records/model-package.ts'
import { writeFolderWhole } from '../../../files/write-folder.ts'
import { fingerprint } from '../../images/hash-file.ts'
import { openZip, type OpenZip, type ZipLimits } from '../../interchange/zip-in.ts'
import { keepLearnedColors } from '../learned-colors.ts'
import { keepLearnedFeatures } from '../learned-features.ts'
import type { OpenProject } from '../open-project.ts'
import { keepMeasuredThere } from '../test-looks.ts'
import type { DescribeModel } from './export-package.ts'
import { type ImportedModel, keepModel, namedBy } from './keep-model.ts'
import { classesFor } from './model-classes.ts'

const MB = 1024 * 1024
/** What is larger is none of ours: the largest nets have some hundred megabytes. */
const LIMITS: ZipLimits = {
  [PACKAGE_FILE]: 32 * MB,
  'model.json': 4 * MB,
  'weights.safetensors': 2048 * MB,
  'model.onnx': 2048 * MB,
}

/**
 * Takes a model that was exported as one file into the project: whole or not at all. Every file is compared with its hash, and the engine
 * opens the model as a prediction would, before the project hears of it. Its predictions are those of the project that it comes from.
 * @throws AppError `not-found`, `package-damaged`, `package-newer`, `wrong-task`, `other-classes`, `model-known`, or what `describe` says of it.
 */
export async function importPackage(project: OpenProject, file: string, describe: DescribeModel): Promise<ImportedModel> {
  const known = await stat(file).catch(() => null)
  if (known?.isFile() !== true) throw new AppError('not-found', `There is no file ${file}.`, 'Name a file of slidewright models export.')
  if (WEIGHTS_ALONE.test(file))
    throw new AppError(
      'weights-alone',
      `${path.basename(file)} holds weights alone, not a whole model.`,
      'Nothing was changed. Export the model as a package (.zip) or as ONNX, or start a training from these weights.',
    )
  const zip = await openZip(file, LIMITS).catch((thrown: unknown) => {
    // What the archive's reader says of its format helps nobody here.
    throw damaged(file, thrown, false)
  })
  try {
    const pack = await manifestOf(zip, file)
    checkUse(project, pack)
    const wanted = classesFor(project, pack.model)
    const id = modelId.parse(newId())
    const { sha256 } = await fingerprint(file)
    const folder = path.join(project.paths.models, id)
    await writeFolderWhole(folder, async (writer) => {
      for (const one of pack.files) await writer.made(one.name, (target) => taken(zip, file, { one, target }))
      await writer.checked((half) => checked(half, pack, (folder) => describe(folder).catch(namedBy(file, folder))))
    })
    const origin = { file: path.basename(file), sha256, project: pack.project, model: pack.model.id, ancestors: pack.ancestors }
    const imported = await keepModel(project, { model: { ...pack.model, id, parent: null, fold: null }, origin, folder, wanted })
    keepLearnedColors(project, id, pack.colors)
    keepLearnedFeatures(project, id, pack.features)
    keepMeasuredThere(project, id, pack.measured)
    return imported
  } finally {
    zip.close()
  }
}

async function manifestOf(zip: OpenZip, file: string): Promise<ModelPackage> {
  if (!zip.has(PACKAGE_FILE))
    throw new AppError('package-damaged', `${path.basename(file)} is no model that was exported from Slidewright.`, NOTHING)
  const json = await zip
    .text(PACKAGE_FILE)
    .then((text): unknown => JSON.parse(text))
    .catch((thrown: unknown) => {
      throw damaged(file, thrown)
    })
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined
  if (typeof format === 'number' && format > PACKAGE_FORMAT)
    throw new AppError(
      'package-newer',
      `${path.basename(file)} was written by a newer version (format ${format}; this version reads up to ${PACKAGE_FORMAT}).`,
      'Update the program to use it. Nothing was changed.',
    )
  const parsed = modelPackage.safeParse(json)
  if (!parsed.success) throw damaged(file, parsed.error)
  const names = new Set(parsed.data.files.map(({ name }) => name))
  if (
    names.size !== parsed.data.files.length ||
    !names.has('model.json') ||
    !(names.has('weights.safetensors') || (parsed.data.format > 1 && names.has('model.onnx')))
  )
    throw damaged(file, new Error(say('{{file}} does not name the files of a model', { file: PACKAGE_FILE })))
  return parsed.data
}

/** Files that a training can start from, and that say nothing of classes or of how images are fed. */
const WEIGHTS_ALONE = /\.(h5|hdf5|keras|safetensors|pth?)$/i

const NOTHING = 'Nothing was changed. Take the file from where it came once more.'

function damaged(file: string, cause: unknown, tellsWhy = true): AppError {
  const [name, why] = [path.basename(file), tellsWhy && cause instanceof Error && cause.name === 'Error' ? cause.message : null]
  return new AppError(
    'package-damaged',
    why === null
      ? `${name} is damaged, or no model that was exported from Slidewright.`
      : `${name} is damaged, or no model that was exported from Slidewright: ${why}.`,
    NOTHING,
    cause,
  )
}

function checkUse(project: OpenProject, { model }: ModelPackage): void {
  if (model.task !== project.task)
    throw new AppError(
      'wrong-task',
      `This model is for ${model.task}; the project is for ${project.task}.`,
      'Nothing was changed. Import it into a project of its kind.',
    )
  const here = project.db.models().find(({ id, origin }) => id === model.id || origin?.model === model.id)
  if (here) throw new AppError('model-known', `The project has this model already: ${here.name}.`, 'Nothing was changed.')
}

/** Writes one file of the archive and compares it with what the manifest says. */
async function taken(
  zip: OpenZip,
  file: string,
  { one, target }: { readonly one: ModelPackage['files'][number]; readonly target: string },
): Promise<void> {
  await zip.extract(one.name, target).catch((thrown: unknown) => {
    throw isFull(thrown) ? thrown : damaged(file, thrown)
  })
  const { bytes, sha256 } = await fingerprint(target)
  if (bytes !== one.bytes || sha256 !== one.sha256)
    throw damaged(file, new Error(say('{{file}} is not the file that was exported', { file: one.name })))
}

/** What the file system says is told as such, not as a damage of the archive. */
const isFull = (thrown: unknown): boolean => thrown instanceof Error && 'errno' in thrown && 'syscall' in thrown

/** The record must be of the very model that the folder holds. */
async function checked(folder: string, { model }: ModelPackage, describe: DescribeModel): Promise<void> {
  const { task, preset, classes } = await describe(folder)
  const names = model.classes.map(({ name }) => name)
  if (task === model.task && preset === model.preset && classes.join('\n') === names.join('\n')) return
  throw new AppError('package-damaged', 'What the file says of the model is not what the model itself says.', NOTHING)
}
