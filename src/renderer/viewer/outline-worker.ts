import { openNet, type OutlineNet } from '#shared/outline/net.ts'
import { createOutliner, type Outliner } from '#shared/outline/outliner.ts'
import { toErrorInfo } from '#shared/errors.ts'
import { type OutlineAnswer, type OutlineRequest } from './outline-messages.ts'

// Outlines objects beside the window's own thread. Answers come in the order of the requests.

let net: OutlineNet | null = null
let outliner: Outliner | null = null
/** Why there is no network; null where there is one, or none came yet. */
let broken: unknown = null

function answerTo(request: OutlineRequest): OutlineAnswer | null {
  switch (request.kind) {
    case 'net':
      open(request.file)
      return null
    case 'picture':
      outliner = net && createOutliner({ ...request.size, channels: 4, data: request.data }, net)
      return null
    case 'prompt':
      if (broken !== null) throw broken
      return { id: request.id, outlined: outliner?.outline(request.prompt) ?? null }
  }
}

/** Whoever asks is told what is wrong with it. */
function open(file: ArrayBuffer): void {
  try {
    net = openNet(file)
  } catch (error) {
    broken = error
  }
}

addEventListener('message', ({ data: request }: MessageEvent<OutlineRequest>) => {
  try {
    const answer = answerTo(request)
    if (answer !== null) postMessage(answer)
  } catch (error) {
    postMessage({ error: toErrorInfo(error) } satisfies OutlineAnswer)
  }
})
