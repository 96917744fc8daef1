import { Button, Group, Stack, Stepper, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { CLASS_COLORS } from '#shared/colors.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useShell } from '../context.ts'
import { ClassesStep } from './classes-step.tsx'
import { ImagesStep } from './images-step.tsx'
import { CLASS_PRESETS, classesFault, classesNamed, folderName, pathIn, type NewClass } from './new-project-model.ts'
import { TaskStep } from './task-step.tsx'
import { WindowDialog } from './window-dialog.tsx'

interface Draft {
  readonly task: TaskKind
  readonly classes: readonly NewClass[]
  readonly name: string
  readonly folder: string
  readonly paths: readonly string[]
}

/** A new project in three steps: what to do, with which classes, on which images. */
export function NewProjectDialog({ paths }: { readonly paths: readonly string[] }) {
  const [step, setStep] = useState(0)
  const [draft, change] = useDraft(paths)
  const fault = faultOf(step, draft)
  return (
    <WindowDialog title={t('New project')} width={640}>
      <Stepper active={step} onStepClick={setStep} size="xs" iconSize={24} allowNextStepsSelect={false}>
        <Stepper.Step label={t('Task')}>
          <TaskStep task={draft.task} onChange={(task) => change(withTask(draft, task))} />
        </Stepper.Step>
        <Stepper.Step label={t('Classes')}>
          <ClassesStep task={draft.task} classes={draft.classes} onChange={(classes) => change({ classes })} />
        </Stepper.Step>
        <Stepper.Step label={t('Name and images')}>
          <ImagesStep name={draft.name} folder={draft.folder} paths={draft.paths} onChange={change} />
        </Stepper.Step>
      </Stepper>
      <Stack gap="xs" mt="md">
        <Text size="sm" c="var(--sw-muted)" mih={18} role="status">
          {fault}
        </Text>
        <Buttons step={step} setStep={setStep} draft={draft} blocked={fault !== null} />
      </Stack>
    </WindowDialog>
  )
}

const firstClasses = (task: TaskKind): NewClass[] => classesNamed(CLASS_PRESETS[task][0]?.names ?? [], CLASS_COLORS)

/** Another task begins with its own classes, unless the person named some. */
function withTask({ task: before, classes }: Draft, task: TaskKind): Partial<Draft> {
  const untouched = JSON.stringify(classes) === JSON.stringify(firstClasses(before))
  return untouched ? { task, classes: firstClasses(task) } : { task }
}

function useDraft(paths: readonly string[]): [Draft, (part: Partial<Draft>) => void] {
  const { stores } = useApp()
  const [draft, setDraft] = useState<Draft>(() => ({
    task: 'detection',
    classes: firstClasses('detection'),
    name: '',
    folder: '',
    paths,
  }))
  const change = (part: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...part }))
  }
  useEffect(() => {
    const take = ({ folder }: { readonly folder: string }): void => {
      setDraft((before) => (before.folder === '' ? { ...before, folder } : before))
    }
    stores.clients.app.projectsFolder({}).then(take, (thrown: unknown) => {
      stores.messages.failed(t('Find the projects folder'), thrown)
    })
  }, [stores])
  return [draft, change]
}

/** What stands in the way of going on from a step, or null. */
function faultOf(step: number, { task, classes, name, folder }: Draft): string | null {
  if (step === 1) return classesFault(classes, task)
  if (step !== 2) return null
  if (folderName(name) === '') return t('The project needs a name.')
  return folder === '' ? t('Choose a folder for the project.') : null
}

interface ButtonsProps {
  readonly step: number
  readonly setStep: (step: number) => void
  readonly draft: Draft
  readonly blocked: boolean
}

function Buttons({ step, setStep, draft, blocked }: ButtonsProps) {
  const { projects } = useApp()
  const busy = useShell((shell) => shell.busy !== null)
  const { task, classes, name, folder, paths } = draft
  const make = (): void => {
    const trimmed = classes.map((one) => ({ ...one, name: one.name.trim() }))
    void projects.create({ folder: pathIn(folder, folderName(name)), task, classes: trimmed, paths })
  }
  return (
    <Group justify="space-between">
      <Button variant="default" disabled={step === 0} onClick={() => setStep(step - 1)}>
        {t('Back')}
      </Button>
      {step < 2 ? (
        <Button disabled={blocked} onClick={() => setStep(step + 1)}>
          {t('Next')}
        </Button>
      ) : (
        <Button disabled={blocked} loading={busy} onClick={make}>
          {t('Create project')}
        </Button>
      )}
    </Group>
  )
}
