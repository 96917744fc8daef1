import { MantineProvider } from '@mantine/core'
import '@mantine/core/styles.css'
import { createRoot } from 'react-dom/client'
import { type AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { type PredictionRecord } from '../../../src/shared/records/prediction.ts'
import { cssVariables, theme } from '../../../src/renderer/app/theme.ts'
import { createClients } from '../../../src/renderer/state/clients.ts'
import { StoresProvider } from '../../../src/renderer/state/context.tsx'
import { createStores, type Stores } from '../../../src/renderer/state/stores.ts'
import { createKeyboard, listenToKeys } from '../../../src/renderer/tools/keyboard.ts'
import { ImageCanvas } from '../../../src/renderer/viewer/image-canvas.tsx'
import { Overview } from '../../../src/renderer/viewer/overview.tsx'
import { ToolBar } from '../../../src/renderer/viewer/tool-bar.tsx'
import { fakeProject } from '../fake-project.ts'
import { type PolygonShape, type Shape } from '../../../src/shared/records/shape.ts'
import { annotationOf, box, CLASSES, discMask, IMAGE, imageOf, point, polygon, predictionOf, RUNS } from '../records.ts'
import { paint, scatter, type Cell, type Stain } from './synthetic.ts'

// The canvas without Electron: `?stain=pink&boxes=60&guesses=20&points=0&width=1600&height=1200&scheme=dark`,
// `&areas=polygons` or `&areas=masks` for cells that are outlined instead of boxed, and `&empty`, `&noclass`, `&broken` for what stands in the way.

const query = new URLSearchParams(location.search)
const number = (name: string, value: number): number => Number(query.get(name) ?? value)

const round = (value: number): number => Math.round(value * 100) / 100
const boxOf = ({ x, y, radius }: Cell) => box(round(x - radius), round(y - radius), round(2 * radius), round(2 * radius))

/** A cell's outline: sixteen corners, the membrane a little uneven. */
function outlineOf({ x, y, radius }: Cell): PolygonShape {
  const corners = Array.from({ length: 16 }, (_, i) => {
    const [angle, reach] = [(i * Math.PI) / 8, radius * (0.9 + 0.08 * Math.sin(3 * i + x))]
    return [round(x + reach * Math.cos(angle)), round(y + reach * Math.sin(angle))]
  })
  return polygon(corners.flat())
}

function shapeOf(cell: Cell): Shape {
  const areas = query.get('areas')
  if (areas === 'polygons') return outlineOf(cell)
  return areas === 'masks' ? discMask(cell.x, cell.y, cell.radius * 0.95) : boxOf(cell)
}

async function start(): Promise<void> {
  const [width, height] = [number('width', 1600), number('height', 1200)]
  const [boxes, guesses, points] = [number('boxes', 60), number('guesses', 20), number('points', 0)]
  const cells = scatter(boxes + guesses + points, width, height, 7)
  const url = query.has('broken')
    ? 'data:image/png;base64,AAAA'
    : await paint(cells, width, height, (query.get('stain') ?? 'pink') as Stain)
  const classOf = (cell: Cell) => CLASSES[cell.kind]!.id
  const annotations: AnnotationRecord[] = cells
    .slice(0, boxes)
    .map((cell, index) => annotationOf(`a${String(index)}`, shapeOf(cell), classOf(cell)))
  const marks = cells
    .slice(boxes, boxes + points)
    .map((cell, index) => annotationOf(`m${String(index)}`, point(cell.x, cell.y), classOf(cell)))
  const predictions: PredictionRecord[] = cells
    .slice(boxes + points)
    .map((cell, index) => predictionOf(index + 1, shapeOf(cell), 0.5 + (index % 50) / 100, classOf(cell)))
  const empty = query.has('empty')
  const project = fakeProject({
    classes: query.has('noclass') ? [] : CLASSES,
    images: [imageOf(IMAGE, width, height)],
    annotations: [...annotations, ...marks],
    runs: RUNS,
    predictions,
  })
  const stores = createStores(
    createClients(project.transport, {
      imageUrl: () => url,
      thumbnailUrl: () => url,
      channelUrl: () => url,
      tileUrl: () => url,
      mapUrl: () => url,
    }),
  )
  stores.actions.showProject(project.snapshot())
  if (!empty) await stores.actions.openImage(IMAGE)
  listenToKeys(
    window,
    createKeyboard({ bindings: () => stores.keys.getState().bindings, place: () => 'label', mac: false, commands: stores.commands }),
  )
  Object.assign(window, { stores, project })
  mount(stores)
}

function mount(stores: Stores): void {
  createRoot(document.getElementById('root')!).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      forceColorScheme={query.get('scheme') === 'light' ? 'light' : 'dark'}
    >
      <StoresProvider stores={stores}>
        <div style={{ position: 'fixed', inset: 0 }}>
          <ImageCanvas />
          <ToolBar />
          <Overview />
        </div>
      </StoresProvider>
    </MantineProvider>,
  )
}

void start()
