// Predicts the images of a Slidewright project on one large machine, Slurm or Kubernetes, and puts the results together as one run of it.
//
//   nextflow run resources/workflows/nextflow --project /data/Study.slidewright --work /data/study-run -resume
//   nextflow run resources/workflows/nextflow -profile slurm --project ... --work ... -resume
//
// Parameters and profiles are in nextflow.config. All machines must see the project's models, the image files and `work` under the same paths;
// the project's database is opened by PLAN and JOIN alone, where Nextflow runs. Started again after a failure or a kill it goes on:
// finished parts stay, a part that was cut off goes on from its finished tiles, and a run that was joined is not joined twice.

def quoted(text) {
    "'" + text.toString().replace("'", "'\\''") + "'"
}

process PLAN {
    executor 'local'
    // Looked at each time: whether there is a plan is told by its folder, not by what Nextflow remembers.
    cache false

    output:
    val true

    script:
    def folder = quoted("${params.work}/plan")
    """
    if [ ! -e ${folder}/plan.json ]; then
        rm -rf ${folder}
        ${params.slidewright} cohort plan ${quoted(params.project)} ${folder} --per ${params.per} ${params.options}
    fi
    """
}

process PART {
    tag "${job.baseName}"
    cpus params.threads
    memory "${params.mem_mb} MB"
    errorStrategy { task.attempt <= 2 ? 'retry' : 'finish' }
    maxRetries 2

    input:
    path job

    output:
    // A link, so that a part whose result was taken away is done again. The result itself lies where a second attempt finds the tiles of the first.
    path "${job.baseName}"

    script:
    def result = quoted("${params.work}/results/${job.baseName}")
    """
    ${params.slidewright} cohort run ${job} ${result}
    ln -s ${result} ${job.baseName}
    """
}

process JOIN {
    executor 'local'
    publishDir params.work, mode: 'copy'

    input:
    path 'results/*'

    output:
    path 'joined.json'

    script:
    """
    ${params.slidewright} cohort join ${quoted(params.project)} ${quoted("${params.work}/plan")} --results results --json > joined.json
    """
}

workflow {
    if (![params.project, params.work].every { folder -> folder.toString().startsWith('/') }) {
        error 'Give --project and --work, both as absolute paths.'
    }
    PLAN()
    jobs = PLAN.out.flatMap { _made -> file("${params.work}/plan/jobs", glob: false).listFiles().sort() }
    PART(jobs)
    JOIN(PART.out.collect())
}
