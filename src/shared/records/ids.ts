import { z } from 'zod'

// Ids are branded so that an image's id cannot be handed over where a class's is wanted. All but a prediction's are random UUIDs;
// predictions come in the hundred thousands, so theirs are the database's integers.
export const imageId = z.string().min(1).max(64).brand<'ImageId'>()
export const classId = z.string().min(1).max(64).brand<'ClassId'>()
export const annotationId = z.string().min(1).max(64).brand<'AnnotationId'>()
export const regionId = z.string().min(1).max(64).brand<'RegionId'>()
export const modelId = z.string().min(1).max(64).brand<'ModelId'>()
export const runId = z.string().min(1).max(64).brand<'RunId'>()
export const predictionId = z.number().int().nonnegative().brand<'PredictionId'>()
export const decisionId = z.string().min(1).max(64).brand<'DecisionId'>()
export const flagId = z.string().min(1).max(64).brand<'FlagId'>()
export const readingId = z.string().min(1).max(64).brand<'ReadingId'>()
export const jobId = z.string().min(1).max(64).brand<'JobId'>()

export type ImageId = z.infer<typeof imageId>
export type ClassId = z.infer<typeof classId>
export type AnnotationId = z.infer<typeof annotationId>
export type RegionId = z.infer<typeof regionId>
export type ModelId = z.infer<typeof modelId>
export type RunId = z.infer<typeof runId>
export type PredictionId = z.infer<typeof predictionId>
export type DecisionId = z.infer<typeof decisionId>
export type FlagId = z.infer<typeof flagId>
export type ReadingId = z.infer<typeof readingId>
export type JobId = z.infer<typeof jobId>

/** A fresh random id, to be branded by the record's own schema: `annotationId.parse(newId())`. */
export function newId(): string {
  // Node, Electron and browsers all carry Web Crypto; the language's own library does not declare it.
  return (globalThis as unknown as { crypto: { randomUUID(): string } }).crypto.randomUUID()
}
