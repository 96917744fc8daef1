import { picturesContract } from '#shared/contracts/pictures.ts'
import { AppError } from '#shared/errors.ts'
import { connect } from '#shared/ipc/proxy.ts'
import type { ClientOf } from '#shared/ipc/service.ts'
import { type ChildDeath, type ChildLaunch, ChildProgram, howItEnded, ranOutOfMemory } from '../../process/child-program.ts'
import { imageError } from '../../imaging/failure.ts'
import { LEAST_SECONDS, secondsForSize, tooSlow } from '../../imaging/time-limit.ts'
import type { Pictures } from './pictures.ts'

type Client = ClientOf<typeof picturesContract>

export interface ChildPicturesOptions {
  /** Seconds without work after which the child is let go of: it holds some 100 MB, and the next picture waits for a new one to start. */
  readonly idleSeconds?: number
  /** Seconds that the child may go without an answer, beside what the size of the picture allows. */
  readonly leastSeconds?: number
}

/** A moment for the channel to close by itself; nothing in the child is worth waiting for. */
const GRACE_SECONDS = 1

/** One running child. */
class PictureProcess extends ChildProgram {
  readonly client: Client
  /** Settles when it can work, rejects when it ended before. */
  readonly ready: Promise<unknown>
  /** When it last answered. */
  answeredAt = performance.now()
  /** Seconds without an answer for which it was given up; null where it was not. */
  gaveUpAfter: number | null = null

  constructor(launch: ChildLaunch) {
    super(launch, { name: 'The picture reader', graceSeconds: GRACE_SECONDS })
    this.client = connect(picturesContract, this.transport)
    // A program that is not there ends without ever having had a channel that could close.
    const failed = this.died.then(() => Promise.reject(new AppError('disconnected', 'The picture reader could not be started.')))
    this.ready = Promise.race([this.client.hello({}), failed])
    failed.catch(() => undefined)
    this.ready.catch(() => undefined)
  }
}

/** How the child ended over a picture. */
interface Broken {
  readonly death: ChildDeath
  readonly begun: boolean
  readonly gaveUpAfter: number | null
}

/** What came of a try: the answer, or how the child ended over it. An error of the picture's own is thrown. */
type Tried<T> = { readonly value: T } | Broken

/**
 * Pictures made by a child process. It starts with the first call and is let go of when it has had nothing to do for a while. If it dies,
 * each picture that was in work is tried again by itself, in a new child: the one at which that child dies too is the broken one and rejects
 * with code `image-crashed`; the others never notice. A child that gives no answer for too long is ended, and the picture rejects with code
 * `image-too-slow`. Rejects with `pictures-unavailable` where the child cannot be started.
 */
export class ChildPictures implements Pictures {
  readonly #launch: ChildLaunch
  readonly #idleSeconds: number
  readonly #leastSeconds: number
  /** Tries under way in company. */
  readonly #together = new Set<Promise<unknown>>()
  /** Ends with the last picture that has to be tried by itself; everybody else waits for it. */
  #line: Promise<unknown> = Promise.resolve()
  #inLine = 0
  #busy = 0
  #child: PictureProcess | null = null
  #idle: NodeJS.Timeout | null = null
  #stopped = false

  constructor(launch: ChildLaunch, { idleSeconds = 300, leastSeconds = LEAST_SECONDS }: ChildPicturesOptions = {}) {
    this.#launch = launch
    this.#idleSeconds = idleSeconds
    this.#leastSeconds = leastSeconds
  }

  /** Process id of the child where one runs. */
  get pid(): number | undefined {
    return this.#child?.alive === true ? this.#child.pid : undefined
  }

  readonly header: Pictures['header'] = (input) => this.#see(input.file, (client) => client.header(input))
  readonly thumbnails: Pictures['thumbnails'] = (input) => this.#see(input.file, (client) => client.thumbnails(input))
  readonly display: Pictures['display'] = (input) => this.#see(input.file, (client) => client.display(input))
  readonly tilesReady: Pictures['tilesReady'] = (input) => this.#see(input.file, (client) => client.tilesReady(input))
  readonly tile: Pictures['tile'] = (input) => this.#see(input.file, (client) => client.tile(input))
  readonly channel: Pictures['channel'] = (input) => this.#see(input.file, (client) => client.channel(input))
  readonly details: Pictures['details'] = (input) => this.#see(input.file, (client) => client.details(input))
  readonly look: Pictures['look'] = (input) => this.#see(input.file, (client) => client.look(input))
  readonly associated: Pictures['associated'] = (input) => this.#see(input.file, (client) => client.associated(input))
  readonly smear: Pictures['smear'] = (input) => this.#see(input.target, (client) => client.smear(input))
  readonly drawing: Pictures['drawing'] = (input) => this.#see(input.target, (client) => client.drawing(input))
  readonly overlay: Pictures['overlay'] = (input) => this.#see(input.file, (client) => client.overlay(input))
  readonly maskFacts: Pictures['maskFacts'] = (input) => this.#see(input.file, (client) => client.maskFacts(input))
  readonly mask: Pictures['mask'] = (input) => this.#see(input.file, (client) => client.mask(input))
  readonly labelMap: Pictures['labelMap'] = (input) => this.#see(input.target, (client) => client.labelMap(input))
  readonly crops: Pictures['crops'] = (input) => this.#see(input.file, (client) => client.crops(input))
  readonly records: Pictures['records'] = (input) => this.#see(input.file, (client) => client.records(input))

  async stop(): Promise<void> {
    this.#stopped = true
    this.#stayAwake()
    await this.#child?.stop()
  }

  async #see<T>(file: string, ask: (client: Client) => Promise<T>): Promise<T> {
    while (this.#inLine > 0) await this.#line
    const attempt = this.#attempt(file, ask)
    this.#together.add(attempt)
    const tried = await attempt.finally(() => this.#together.delete(attempt))
    return 'value' in tried ? tried.value : this.#alone(file, ask)
  }

  /** Tries again with nothing else in the child, so that it is plain at which picture it dies. */
  async #alone<T>(file: string, ask: (client: Client) => Promise<T>): Promise<T> {
    this.#inLine++
    const result = this.#line.then(async () => {
      await Promise.allSettled(this.#together)
      const tried = await this.#attempt(file, ask)
      if ('value' in tried) return tried.value
      throw tried.begun ? brokenOver(file, tried) : unavailable(tried.death)
    })
    this.#line = result.catch(() => undefined).finally(() => this.#inLine--)
    return result
  }

  async #attempt<T>(file: string, ask: (client: Client) => Promise<T>): Promise<Tried<T>> {
    if (this.#stopped) throw stopped()
    const child = this.#awake()
    this.#busy++
    let begun = false
    try {
      await child.ready
      begun = true
      return { value: await this.#watched(child, file, ask(child.client)) }
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'disconnected') throw thrown
      if (this.#stopped) throw stopped()
      return { death: await child.died, begun, gaveUpAfter: child.gaveUpAfter }
    } finally {
      this.#busy--
      this.#restLater()
    }
  }

  /** Ends a child that gives no answer, to this or to others, for longer than this picture may take. */
  async #watched<T>(child: PictureProcess, file: string, answer: Promise<T>): Promise<T> {
    const begun = performance.now()
    let seconds = this.#leastSeconds
    let timer: NodeJS.Timeout | undefined
    const look = (): void => {
      const left = seconds - (performance.now() - Math.max(begun, child.answeredAt)) / 1000
      if (left > 0) {
        timer = setTimeout(look, left * 1000)
        return
      }
      child.gaveUpAfter = seconds
      child.kill()
    }
    look()
    void secondsForSize(file).then((more) => {
      seconds += more
    })
    try {
      return await answer
    } finally {
      clearTimeout(timer)
      child.answeredAt = performance.now()
    }
  }

  /** The child, started if need be. */
  #awake(): PictureProcess {
    this.#stayAwake()
    if (this.#child?.alive !== true) this.#child = new PictureProcess(this.#launch)
    return this.#child
  }

  #restLater(): void {
    if (this.#busy > 0 || this.#stopped) return
    this.#stayAwake()
    this.#idle = setTimeout(() => {
      const child = this.#child
      this.#child = null
      void child?.stop()
    }, this.#idleSeconds * 1000)
    this.#idle.unref()
  }

  #stayAwake(): void {
    if (this.#idle) clearTimeout(this.#idle)
    this.#idle = null
  }
}

function brokenOver(file: string, { death, gaveUpAfter }: Broken): AppError {
  if (gaveUpAfter !== null) return tooSlow(file, gaveUpAfter)
  return imageError(
    'image-crashed',
    file,
    `cannot be read: the picture reader broke down over it (${howItEnded(death)}).`,
    ranOutOfMemory(death)
      ? 'Most likely the memory ran out: close other programs, or export regions of the image as separate files.'
      : 'Open it in another program and save it again, or leave it out.',
  )
}

function unavailable(death: ChildDeath): AppError {
  const said = death.stderr === '' ? '' : `\n${death.stderr}`
  const message = `The part of Slidewright that reads pictures did not start: ${howItEnded(death)}.${said}`
  return new AppError('pictures-unavailable', message.slice(0, 4000), 'Install Slidewright again; from a checkout, run npm run setup.')
}

function stopped(): AppError {
  return new AppError('pictures-stopped', 'The picture was not finished because the project was closed.')
}
