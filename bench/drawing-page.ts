// Runs in the page of the window, as text (drawing.ts): nothing is imported here.

/** Milliseconds from frame to frame, and of the page's own work in each. */
export interface Run {
  readonly intervals: number[]
  readonly own: number[]
}

export interface Drawn {
  /** What WebGL draws with. */
  readonly renderer: string
  readonly size: { readonly width: number; readonly height: number }
  readonly runs: Readonly<Record<string, Run>>
}

/** What draws: `put` gives a place another tile, `draw` shows a moment, `middle` is the mean red there of what was drawn last. */
interface Way {
  readonly put: (at: number, bitmap: ImageBitmap) => void
  readonly draw: (frame: number) => void
  readonly middle: () => number
  readonly end: () => void
}

const SIDE = 512
const COLUMNS = 12
const ROWS = 8
const NEW_A_FRAME = 2
const PATCH = 64
const size = { width: Math.round(innerWidth * devicePixelRatio), height: Math.round(innerHeight * devicePixelRatio) }

/** Something as busy as tissue, of another brightness for each seed. */
function tile(seed: number): Promise<ImageBitmap> {
  const pixels = new ImageData(SIDE, SIDE)
  const base = 60 + ((seed * 37) % 120)
  for (let i = 0, state = seed * 2654435761 + 1; i < pixels.data.length; i += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    pixels.data.set([base + (state >>> 27), 120 + (state >>> 26), 180 + (state >>> 27), 255], i)
  }
  return createImageBitmap(pixels)
}

function canvasOnTop(): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, size)
  canvas.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;z-index:10000'
  document.body.append(canvas)
  return canvas
}

interface Place {
  readonly at: number
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Tiles in sight at a moment of the path, with edges on whole device pixels as the viewer puts them. */
function view(frame: number): { readonly zoom: number; readonly places: readonly Place[] } {
  const turn = (frame / 90) * 2 * Math.PI
  const zoom = 0.75 * 2 ** (0.8 * Math.sin(turn))
  const x = (COLUMNS * SIDE - size.width / zoom) * (0.5 + 0.45 * Math.sin(turn))
  const y = (ROWS * SIDE - size.height / zoom) * (0.5 + 0.45 * Math.cos(2 * turn))
  const places: Place[] = []
  for (let at = 0; at < COLUMNS * ROWS; at++) {
    const [column, row] = [at % COLUMNS, Math.floor(at / COLUMNS)]
    const [left, right] = [column, column + 1].map((edge) => Math.round((edge * SIDE - x) * zoom)) as [number, number]
    const [top, bottom] = [row, row + 1].map((edge) => Math.round((edge * SIDE - y) * zoom)) as [number, number]
    if (right > 0 && bottom > 0 && left < size.width && top < size.height) places.push({ at, left, top, right, bottom })
  }
  return { zoom, places }
}

function mean(rgba: Uint8Array | Uint8ClampedArray): number {
  let sum = 0
  for (let i = 0; i < rgba.length; i += 4) sum += rgba[i]!
  return (4 * sum) / rgba.length
}

const PATCH_AT = [Math.round((size.width - PATCH) / 2), Math.round((size.height - PATCH) / 2), PATCH, PATCH] as const

function flat(): Way {
  const canvas = canvasOnTop()
  const context = canvas.getContext('2d', { alpha: false })!
  const held: ImageBitmap[] = []
  return {
    put: (at, bitmap) => (held[at] = bitmap),
    draw: (frame) => {
      const { zoom, places } = view(frame)
      context.imageSmoothingEnabled = zoom < 1
      for (const { at, left, top, right, bottom } of places) context.drawImage(held[at]!, left, top, right - left, bottom - top)
    },
    middle: () => mean(context.getImageData(...PATCH_AT).data),
    end: () => {
      canvas.remove()
    },
  }
}

const VERTEX = `#version 300 es
uniform vec4 box; out vec2 at;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 place = mix(box.xy, box.zw, corner);
  at = corner;
  gl_Position = vec4(place.x, -place.y, 0, 1);
}`
const FRAGMENT = `#version 300 es
precision mediump float; uniform sampler2D tile; in vec2 at; out vec4 color;
void main() { color = texture(tile, at); }`

function programOf(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram()
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) throw new Error(gl.getProgramInfoLog(program) ?? 'no program')
  return program
}

function texture(gl: WebGL2RenderingContext, held: WebGLTexture | undefined, bitmap: ImageBitmap): WebGLTexture {
  const into = held ?? gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, into)
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
  return into
}

function webgl(): Way & { readonly renderer: string } {
  const canvas = canvasOnTop()
  const gl = canvas.getContext('webgl2', { alpha: false, antialias: false })
  if (!gl) throw new Error('this Electron gives the page no WebGL2')
  const program = programOf(gl)
  gl.useProgram(program)
  const box = gl.getUniformLocation(program, 'box')
  const held: WebGLTexture[] = []
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  return {
    renderer: String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER)),
    put: (at, bitmap) => (held[at] = texture(gl, held[at], bitmap)),
    draw: (frame) => {
      const { zoom, places } = view(frame)
      const [across, down] = [2 / size.width, 2 / size.height]
      for (const { at, left, top, right, bottom } of places) {
        gl.bindTexture(gl.TEXTURE_2D, held[at]!)
        gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, zoom < 1 ? gl.LINEAR : gl.NEAREST)
        gl.uniform4f(box, left * across - 1, top * down - 1, right * across - 1, bottom * down - 1)
        gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
      }
    },
    middle: () => {
      const pixels = new Uint8Array(4 * PATCH * PATCH)
      gl.readPixels(...PATCH_AT, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
      return mean(pixels)
    },
    end: () => {
      gl.getExtension('WEBGL_lose_context')?.loseContext()
      canvas.remove()
    },
  }
}

const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))

async function timed(way: Way, frames: number, fresh: readonly ImageBitmap[]): Promise<Run> {
  const run: Run = { intervals: [], own: [] }
  let last = await nextFrame()
  for (let frame = 0; frame < frames; frame++) {
    const begun = performance.now()
    const { places } = view(frame)
    for (let i = 0; i < NEW_A_FRAME && fresh.length > 0; i++)
      way.put(places[i % places.length]!.at, fresh[(NEW_A_FRAME * frame + i) % fresh.length]!)
    way.draw(frame)
    run.own.push(performance.now() - begun)
    const now = await nextFrame()
    run.intervals.push(now - last)
    last = now
  }
  return run
}

/** Both ways by turns; throws where they do not show the same. */
export async function drawInPage({ rounds, frames }: { readonly rounds: number; readonly frames: number }): Promise<Drawn> {
  const runs: Record<string, Run> = {}
  const keep = (name: string, { intervals, own }: Run): void => {
    const run = (runs[name] ??= { intervals: [], own: [] })
    run.intervals.push(...intervals)
    run.own.push(...own)
  }
  const shown: Record<string, number> = {}
  let renderer = ''
  for (let round = 0; round < rounds; round++)
    for (const name of ['canvas', 'WebGL2']) {
      // New ones each time: what was drawn once may lie with the GPU process already.
      const held = await Promise.all(Array.from({ length: COLUMNS * ROWS }, (_, i) => tile(i)))
      const fresh = await Promise.all(Array.from({ length: Math.min(64, NEW_A_FRAME * frames) }, (_, i) => tile(1000 + i)))
      const way = name === 'canvas' ? { ...flat(), renderer } : webgl()
      renderer = way.renderer
      for (const [at, bitmap] of held.entries()) way.put(at, bitmap)
      for (let frame = 0; frame < 10; frame++) {
        way.draw(9 * frame)
        await nextFrame()
      }
      keep(`${name}, warm`, await timed(way, frames, []))
      keep(`${name}, cold`, await timed(way, frames, fresh))
      // After the clock: reading back changes how a canvas is kept.
      way.draw(frames)
      shown[name] = way.middle()
      way.end()
      for (const bitmap of [...held, ...fresh]) bitmap.close()
    }
  if (Math.abs(shown['canvas']! - shown['WebGL2']!) > 4) throw new Error(`not the same picture: ${JSON.stringify(shown)}`)
  return { renderer, size, runs }
}
