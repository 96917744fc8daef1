import { z } from 'zod'
import { defineService, method } from '../ipc/service.ts'
import { maskShape } from '../records/shape.ts'

// The smart outline by a model of the person's own: the layout of Segment Anything (Kirillov et al. 2023), an encoder that looks at a view
// once and a decoder that answers clicks. It runs in a process of its own, so that a training is not in its way, nor a broken model in ours.

const path = z.string().min(1).max(4000)
const place = z.number().finite().min(-1e7).max(1e7)
const extent = z.number().finite().positive().max(1e7)
const box = z.object({ x: place, y: place, width: extent, height: extent })

/** The two files of a model, by their paths on this machine. */
export const outlineModel = z.object({ encoder: path, decoder: path }).readonly()
export type OutlineModel = z.infer<typeof outlineModel>

/** What of an image is looked at, and as how many pixels. */
export const outlineView = z.object({
  /** Pixels of the image. */
  box,
  width: z.number().int().positive().max(8192),
  height: z.number().int().positive().max(8192),
})
export type OutlineView = z.infer<typeof outlineView>

/** What a person said of an object, in pixels of the view. */
export const outlinePrompt = z.object({
  clicks: z.array(z.object({ x: place, y: place, inside: z.boolean() })).max(200),
  box: box.nullable(),
})

/** A question: `before` is what was said before the last click, whose answer it improves. */
export const outlineQuestion = z.object({ view: outlineView, prompt: outlinePrompt, before: outlinePrompt })
/** Pixels of the view; null where the model finds nothing. */
export const outlineFound = z.object({ mask: maskShape.nullable() })

/** Files among which an encoder and a decoder are looked for. */
export const outlineFiles = z.object({ files: z.array(path).min(1).max(20) })

const looked = z.object({ model: outlineModel, file: path, cacheFolder: path, view: outlineView })
const nothing = z.object({})

/** Main to the process that runs such a model. Throws AppError `outline-model` where the files do not fit, and what reading the image throws. */
export const outlinerContract = defineService({
  name: 'outliner',
  methods: {
    hello: method(nothing, z.object({ pid: z.number().int() })),
    /** Finds encoder and decoder among files and tries whether they go together. */
    check: method(outlineFiles, outlineModel),
    /** Looks at a view ahead of the first question. */
    look: method(looked, nothing),
    outline: method(looked.extend(outlineQuestion.shape), outlineFound),
  },
  events: {},
})
