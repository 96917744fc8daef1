import { z } from 'zod'
import { colorDomain } from '../color-domain.ts'
import { featureDomain } from '../feature-domain.ts'
import { measuredThere } from '../test-measure.ts'
import { modelRecord } from './model.ts'

/** Number of the layout that this version writes and reads. */
export const PACKAGE_FORMAT = 2

/** What a package tells of itself, in it. */
export const PACKAGE_FILE = 'slidewright.json'
/** What is taken over as it is, by these names in a model's folder too. */
export const PACKED = ['model.json', 'weights.safetensors', 'model.onnx'] as const
export type Packed = (typeof PACKED)[number]
export const RDF_FILE = 'rdf.yaml'
export const CARD_FILE = 'README.md'

/** What it learned from lies in one project, and in those of the models that it went on from. */
export const MOST_DOMAINS = 20

const packedFile = z.object({
  name: z.enum(PACKED),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/**
 * `slidewright.json` of a model that was exported as one file: a ZIP with the files of the model's folder, `rdf.yaml` (BioImage.IO model
 * description) and a model card. Version 1: the first. Version 2: without weights, where only the graph is known; written for such models alone.
 */
export const modelPackage = z.object({
  format: z.literal([1, PACKAGE_FORMAT]),
  /** The program that wrote it. */
  version: z.string().max(80),
  files: z.array(packedFile).min(2).max(PACKED.length),
  /** Name of the project that it was trained in, and the models that it went on from, nearest first. */
  project: z.string().max(400),
  ancestors: z.array(z.string().max(200)).max(200),
  model: modelRecord,
  /** What is usual among the colours of what it learned from; empty: not known, as in packages of older versions. */
  colors: z.array(colorDomain).max(MOST_DOMAINS).default([]),
  /** The same of what they show; empty: not known. */
  features: z.array(featureDomain).max(MOST_DOMAINS).default([]),
  /** What it scored on test images, the newest measure; null: not known, as in packages of older versions. */
  measured: measuredThere.nullable().default(null),
})
export type ModelPackage = z.infer<typeof modelPackage>
