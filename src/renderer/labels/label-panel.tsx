import { Button, Kbd, SegmentedControl, Text } from '@mantine/core'
import { type ClassId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp, useDocument, useWritable, useTaskFacts } from '../app/context.ts'
import { ClassesPanel } from '../panels/classes-panel.tsx'
import { FlagsPanel } from '../panels/flags-panel.tsx'
import { ImageFacts } from '../panels/image-facts.tsx'
import { PlanesPanel } from '../panels/planes-panel.tsx'
import { SplitChoice } from '../panels/image-panel.tsx'
import { MapPanel } from '../panels/map-panel.tsx'
import { ObjectPanel } from '../panels/object-panel.tsx'
import { PanelSection } from '../panels/panel-section.tsx'
import { RunChoice } from '../panels/run-choice.tsx'
import { showFlag } from '../review/show-flag.ts'
import { useKeyOf } from '../state/context.tsx'
import { Hint } from '../hint/hint.tsx'
import { openNext, removeLabel, toggleGallery } from './label-actions.ts'
import { ClassName } from './class-name.tsx'
import { type Said } from './said.ts'
import { useLabels, useSaid, useSayingModel, useSharedLabel } from './use-labels.ts'
import styles from './labels.module.css'

/** Right in Label where images are labelled as wholes. */
export function ImageLabelRight() {
  const gallery = useLabels((state) => state.gallery)
  return (
    <>
      <LabelSection />
      <ClassesPanel />
      {!gallery && <ObjectPanel />}
      <FlagsPanel onShow={showFlag} />
      <SayingPanel />
      {!gallery && <MapPanel />}
      {!gallery && <PlanesPanel />}
      {!gallery && <ImageFacts />}
      <NextPanel />
    </>
  )
}

function selectedTitle(many: number): string {
  if (many === 0) return t('Nothing selected')
  return many === 1 ? t('The selected image') : t('{{count}} selected images', { count: many })
}

/** How the image is called, large; in the gallery how those selected are. */
function LabelSection() {
  const app = useApp()
  const writable = useWritable()
  const gallery = useLabels((state) => state.gallery)
  const many = useLabels((state) => state.selected.size)
  const label = useSharedLabel()
  const key = useKeyOf('label.gallery')
  const title = gallery ? selectedTitle(many) : t('This image')
  return (
    <PanelSection
      title={title}
      actions={
        label !== null && (
          <Hint label={t('Takes the label away  Del')}>
            <Button size="compact-xs" variant="subtle" color="gray" disabled={!writable} onClick={() => removeLabel(app)}>
              {t('Remove')}
            </Button>
          </Hint>
        )
      }
    >
      <div className={styles['label']} role="status" aria-label={t('Label')}>
        {label === 'several' ? t('Several labels') : <ClassName id={label} none={t('No label')} large />}
      </div>
      {!gallery && <OpenSaid label={label === 'several' ? null : label} />}
      <SegmentedControl
        size="xs"
        fullWidth
        mt={8}
        aria-label={t('One image or the gallery ({{key}})', { key })}
        value={gallery ? 'gallery' : 'single'}
        data={[
          { value: 'single', label: t('One by one') },
          { value: 'gallery', label: t('Gallery') },
        ]}
        onChange={(value) => {
          if ((value === 'gallery') !== gallery) toggleGallery(app)
        }}
      />
    </PanelSection>
  )
}

function OpenSaid({ label }: { readonly label: ClassId | null }) {
  const open = useDocument(({ imageId }) => imageId)
  const said = useSaid()
  const guess = open === null ? undefined : said.get(open)
  return guess ? <SaidLine said={guess} label={label} /> : null
}

/** What the model says of an image, and whether that is the label. */
export function SaidLine({ said, label }: { readonly said: Said; readonly label: ClassId | null }) {
  const isAnomaly = useTaskFacts()?.normalFirst === true
  const differs = label !== null && said.classId !== null && said.classId !== label
  return (
    <Text size="sm" c={differs ? 'inherit' : 'var(--sw-muted)'} className={styles['said'] ?? ''}>
      {differs ? t('The model says otherwise:') : t('The model says')} <ClassName id={said.classId} none={t('a class that is gone')} />{' '}
      {isAnomaly ? t('{{score}} from normal', { score: shownDecimals(said.score, 3) }) : shownDecimals(said.score, 2)}
    </Text>
  )
}

/** Whose word is shown. */
function SayingPanel() {
  const { stores } = useApp()
  const hasRun = useDocument(({ runs }) => runs.length > 0)
  const runId = useLabels((state) => state.runId)
  const model = useSayingModel()
  if (!hasRun) return null
  return (
    <PanelSection title={t('Predictions')}>
      <RunChoice value={runId} onChange={(run) => void stores.actions.chooseRun(run)} />
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {t('The gallery can show just the images whose label differs from what {{name}} says.', { name: model?.name ?? t('the model') })}
      </Text>
    </PanelSection>
  )
}

/** The step that goes on, and how far the labelling is. */
function NextPanel() {
  const app = useApp()
  const gallery = useLabels((state) => state.gallery)
  const labelled = useLabels((state) => state.labels.size)
  const all = useDocument(({ images }) => images.length)
  const open = useDocument(({ imageId }) => imageId !== null)
  const key = useKeyOf('image.done')
  if (all === 0) return null
  return (
    <section className={styles['next']} aria-label={t('Image')}>
      {!gallery && open && <SplitChoice />}
      {labelled < all ? (
        <Button
          fullWidth
          rightSection={gallery ? null : <Kbd size="xs">{key}</Kbd>}
          onClick={() => {
            if (gallery) app.labels.showOnly({ kind: 'unlabelled' })
            else openNext(app)
          }}
        >
          {gallery ? t('Show the unlabelled') : t('Next unlabelled image')}
        </Button>
      ) : (
        <Button fullWidth onClick={() => app.stores.commands.run('place.train')}>
          {t('Train')}
        </Button>
      )}
      <Text size="xs" c="var(--sw-muted)" role="status" aria-label={t('Labelling progress')}>
        {t('{{labelled}} of {{count}} images labelled', { labelled, count: all })}
      </Text>
    </section>
  )
}
