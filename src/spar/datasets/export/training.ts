import type { ExportKind, Format, Method } from './formats';

/** How to train on an export. */
export interface Training {
  /** What a person runs or does, in lines. */
  readonly text: string;
  /** Settings that the trainer reads, as a file beside the rows. */
  readonly file: { readonly name: string; readonly text: string } | null;
}

export interface TrainedExport {
  readonly format: Format;
  readonly what: ExportKind;
  readonly method: Method;
  /** Names of the row files, train first. */
  readonly files: readonly { readonly split: string; readonly name: string }[];
  /** Of the entries in `dataset_info.json`. */
  readonly entryName: (split: string) => string;
}

/**
 * Settings and command with the numbers of SPaR (arXiv 2412.11605): preference pairs at 2e-7, beta 0.1 and a tenth of
 * supervised loss, one epoch, 2048 tokens; the refiner at 2e-6, five epochs, 4096 tokens, constant with warm-up.
 */
export function trainingFor(exported: TrainedExport): Training {
  const { format } = exported;
  switch (format.trainer) {
    case 'trl':
      return format.method === 'kto' ? trlKto(exported) : trl(exported);
    case 'llama-factory':
      return llamaFactory(exported);
    case 'axolotl':
      return axolotl(exported);
    case 'openai':
    case 'azure':
    case 'together':
    case 'fireworks':
      return service(exported, format.trainer);
    case null:
      return {
        text: 'CSV trains nothing by itself: each text is a quoted cell, messages are JSON.',
        file: null,
      };
  }
}

const model = 'YOUR_MODEL';

function numbersOf({ what, method }: TrainedExport) {
  return what === 'refiner'
    ? { rate: '2.0e-6', epochs: 5, cutoff: 4096, schedule: 'constant_with_warmup' }
    : { rate: method === 'supervised' ? '2.0e-6' : '2.0e-7', epochs: 1, cutoff: 2048, schedule: 'linear' };
}

function trainFile({ files }: TrainedExport): string {
  return files[0]?.name ?? 'train.jsonl';
}

function testFile({ files }: TrainedExport): string | undefined {
  return files.find(({ split }) => split === 'test')?.name;
}

function trl(exported: TrainedExport): Training {
  const { rate, epochs, cutoff, schedule } = numbersOf(exported);
  const isPairs = exported.method === 'preference';
  const file = trainFile(exported);
  const loader = file.endsWith('.parquet') ? 'parquet' : 'json';
  const text = `# trl ${isPairs ? 'dpo' : 'sft'} --config trl.yaml, in this folder
model_name_or_path: ${model}
datasets:
  - path: ${loader}
    data_files: ${file}
    split: train
${isPairs ? 'beta: 0.1\n# pref_ftx 0.1 of LLaMA-Factory: a tenth of supervised loss\nloss_type: [sigmoid, sft]\nloss_weights: [1.0, 0.1]\n' : ''}learning_rate: ${rate}
num_train_epochs: ${epochs}
lr_scheduler_type: ${schedule}
warmup_ratio: 0.1
# TRL cuts at 1024 tokens otherwise, and pairs that differ behind that teach nothing
max_length: ${cutoff}
bf16: true
output_dir: spar-model
`;
  return { text: `trl ${isPairs ? 'dpo' : 'sft'} --config trl.yaml`, file: { name: 'trl.yaml', text } };
}

function trlKto(exported: TrainedExport): Training {
  const text = `# trl kto --config trl.yaml, in this folder
model_name_or_path: ${model}
datasets:
  - path: json
    data_files: ${trainFile(exported)}
    split: train
beta: 0.1
learning_rate: 2.0e-7
num_train_epochs: 1
lr_scheduler_type: linear
warmup_ratio: 0.1
max_length: 2048
bf16: true
output_dir: spar-model
`;
  return { text: 'trl kto --config trl.yaml', file: { name: 'trl.yaml', text } };
}

function llamaFactory(exported: TrainedExport): Training {
  const { rate, epochs, cutoff, schedule } = numbersOf(exported);
  const isPairs = exported.method === 'preference';
  const test = testFile(exported);
  const text = `# llamafactory-cli train llamafactory.yaml, in this folder
model_name_or_path: ${model}
stage: ${isPairs ? 'dpo' : 'sft'}
do_train: true
finetuning_type: full
dataset: ${exported.entryName(exported.files[0]?.split ?? 'train')}
${test === undefined ? '' : `eval_dataset: ${exported.entryName('test')}\n`}dataset_dir: .
# the template of the model, for example llama3 or qwen
template: YOUR_TEMPLATE
cutoff_len: ${cutoff}
${isPairs ? 'pref_loss: sigmoid\npref_beta: 0.1\npref_ftx: 0.1\n' : ''}learning_rate: ${rate}
num_train_epochs: ${epochs}
lr_scheduler_type: ${schedule}
warmup_ratio: 0.1
bf16: true
output_dir: spar-model
`;
  return {
    text: 'llamafactory-cli train llamafactory.yaml',
    file: { name: 'llamafactory.yaml', text },
  };
}

function axolotl(exported: TrainedExport): Training {
  const { rate, epochs, cutoff, schedule } = numbersOf(exported);
  const isPairs = exported.method === 'preference';
  const columns = isPairs
    ? `    type: chat_template.default
    field_messages: messages
    field_chosen: chosen
    field_rejected: rejected`
    : `    type: chat_template
    field_messages: messages`;
  const text = `# axolotl train axolotl.yaml, in this folder
base_model: ${model}
${isPairs ? 'rl: dpo\nrl_beta: 0.1\n' : ''}datasets:
  - path: ${trainFile(exported)}
    ds_type: json
    split: train
${columns}
sequence_len: ${cutoff}
sample_packing: false
micro_batch_size: 1
gradient_accumulation_steps: 8
learning_rate: ${rate}
num_epochs: ${epochs}
optimizer: adamw_torch
lr_scheduler: ${schedule}
warmup_ratio: 0.1
bf16: true
output_dir: spar-model
`;
  return { text: 'axolotl train axolotl.yaml', file: { name: 'axolotl.yaml', text } };
}

function service(exported: TrainedExport, trainer: 'openai' | 'azure' | 'together' | 'fireworks'): Training {
  const file = trainFile(exported);
  const isPairs = exported.method === 'preference';
  switch (trainer) {
    case 'openai':
    case 'azure': {
      const test = testFile(exported);
      const more = test === undefined ? '' : `, and ${test} for validation_file`;
      const method = isPairs
        ? '{"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}}'
        : '{"type": "supervised"}';
      return {
        text: `Upload ${file} with the purpose fine-tune${more}. Then create a fine-tuning job with "method": ${method}.`,
        file: null,
      };
    }
    case 'together':
      return {
        text: [
          `together files upload ${file}`,
          `together fine-tuning create --training-file FILE_ID --model ${model}${isPairs ? ' --training-method dpo --dpo-beta 0.1' : ''}`,
        ].join('\n'),
        file: null,
      };
    case 'fireworks':
      return {
        text: `Upload ${file} as a dataset, then create a ${isPairs ? 'DPO' : 'supervised fine-tuning'} job on it.`,
        file: null,
      };
  }
}
