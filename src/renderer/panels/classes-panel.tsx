import { ActionIcon } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useEffect, useMemo, useRef } from 'react'
import { type ClassId } from '#shared/records/ids.ts'
import { TASKS } from '#shared/task-facts.ts'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { labelsImages } from '../labels/said.ts'
import { Hint } from '../hint/hint.tsx'
import { addClassEdit, newClass } from './class-edits.ts'
import { ClassRow } from './class-row.tsx'
import { classTree, countOf } from '#shared/class-tree.ts'
import { t } from '#shared/i18n/translate.ts'
import { PanelSection } from './panel-section.tsx'
import { useClassOrder } from './use-class-order.ts'
import styles from './classes-panel.module.css'

/** The classes with their digits, and how many objects each has here and in the whole project. */
export function ClassesPanel() {
  const app = useApp()
  const classes = useDocument((state) => state.classes)
  const tree = useMemo(() => classTree(classes), [classes])
  const totals = useTotals()
  const writable = useWritable()
  const placed = useDocument(({ project }) => !labelsImages(project?.task))
  // Objects lie on the images: areas on abnormal ones too.
  const hides = useDocument(({ project }) => project !== null && TASKS[project.task].objects !== 'none')
  const { stores } = app
  const list = useRef<HTMLDivElement>(null)
  const { drag, handleOf } = useClassOrder(list)
  useNewClassCommand()
  return (
    <PanelSection
      title={t('Classes')}
      actions={
        <Hint label={t('New class')}>
          <ActionIcon aria-label={t('New class')} disabled={!writable} onClick={() => stores.commands.run('class.new')}>
            <IconPlus size={16} />
          </ActionIcon>
        </Hint>
      }
    >
      <div className={cx(styles['head'], !hides && styles['narrow'])} aria-hidden>
        {placed && <span>{t('here')}</span>}
        <span>{t(placed ? 'all' : hides ? 'labels' : 'images')}</span>
      </div>
      <div className={styles['list']} role="list" aria-label={t('Classes')} ref={list}>
        {tree.map((branch, place) => (
          <ClassRow
            key={branch.record.id}
            branch={branch}
            own={totals.get(branch.record.id) ?? 0}
            total={countOf(totals, branch)}
            placed={placed}
            hides={hides}
            handle={handleOf(branch.record)}
            dragged={drag?.id === branch.record.id}
            drop={drag?.gap === place ? 'above' : drag?.gap === place + 1 && place === classes.length - 1 ? 'below' : null}
          />
        ))}
      </div>
    </PanelSection>
  )
}

/** Objects of each class in the whole project. */
function useTotals(): ReadonlyMap<ClassId, number> {
  const counts = useDocument(({ tables }) => tables.counts)
  return useMemo(() => {
    const totals = new Map<ClassId, number>()
    for (const row of counts.values()) for (const [id, count] of row) totals.set(id, (totals.get(id) ?? 0) + count)
    return totals
  }, [counts])
}

function useNewClassCommand(): void {
  const { stores, shell } = useApp()
  useEffect(
    () =>
      stores.commands.register({
        'class.new': () => {
          const record = newClass(stores.document.getState().classes)
          void stores.actions.commit(addClassEdit(record)).then((committed) => {
            if (committed) shell.setState({ renaming: record.id })
          })
        },
      }),
    [stores, shell],
  )
}
