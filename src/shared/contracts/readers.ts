import { z } from 'zod'
import { classId, imageId, predictionId, runId } from '../records/ids.ts'

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).readonly()

/** A prediction that somebody else decided on, as another reader is asked about it: what the model says, and nothing of the answer. */
export const itemToRead = z.object({
  ...{ predictionId, imageId },
  /** What the model says. */
  classId,
  score: z.number(),
  /** Bounds in full-resolution pixels; null: the image as a whole. */
  box: box.nullable(),
})
export type ItemToRead = z.infer<typeof itemToRead>

/** A prediction of which readers say different things; null = nothing that is to be labelled. */
export const itemToSettle = itemToRead.extend({ said: z.array(z.object({ who: z.string(), classId: classId.nullable() })) })
export type ItemToSettle = z.infer<typeof itemToSettle>

const interval = z.object({ lower: z.number(), upper: z.number() }).readonly()
const kappa = z.object({
  items: z.number().int(),
  observed: z.number(),
  expected: z.number(),
  kappa: z.number().nullable(),
  interval: interval.nullable(),
})

/** The name beside those of classes: what is not to be labelled. */
export const NOTHING = 'nothing'

/** `shared/metrics/reader-agreement.ts`, with names. */
export const agreementView = z.object({
  readers: z.array(z.string()),
  kind: z.enum(['cohen', 'fleiss']),
  overall: kappa,
  perClass: z.array(z.object({ name: z.string(), agreement: kappa })),
  perImage: z.array(z.object({ imageId, agreement: kappa })),
  pairs: z.array(z.object({ first: z.string(), second: z.string(), agreement: kappa })),
})
export type AgreementView = z.infer<typeof agreementView>

export const readersView = z.object({
  /** Who reads here. */
  person: z.string(),
  toRead: z.array(itemToRead),
  toSettle: z.array(itemToSettle),
  /** Null with fewer than two readers. */
  agreement: agreementView.nullable(),
})
export type ReadersView = z.infer<typeof readersView>

export const readersRequest = z.object({ runId })
/** What a reader says of a prediction; null: nothing that is to be labelled. */
export const readingRequest = z.object({ predictionId, classId: classId.nullable() })
export type ReadingRequest = z.infer<typeof readingRequest>
