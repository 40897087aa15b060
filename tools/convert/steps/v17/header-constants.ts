/** v17: a block of constants in the header, which v18 extended. */
import { controlCharacters } from "../../../image/abi/header-constants.js";
import type { RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";
import { get, remove, set } from "../../values.js";

/** Lengths that v16 has in the header itself. */
const TEXTS = ["uts_release_len", "uts_version_len", "uts_machine_len"];
/** Lengths of the other texts of UTS namespaces, which all had the same length. */
const MORE_TEXTS = ["uts_sysname_len", "uts_nodename_len", "uts_domainname_len"];

/** Number of words of an auxiliary vector in i386 kernels of v17. */
export const AT_VECTOR_WORDS = 44;

/** Length of a task name, which v16 stores in the task record. */
function nameLength({ image }: Crossing): number {
  const task = image.root.search("TASK");
  return (task && image.fields(task).number("task_comm_len")) ?? 16;
}

/** The constants describe the form of other records, which the converter writes anew. */
const WHY = "older images do not have the constant, and it comes back as it is in the headers";

export const headerConstantsStep: ConversionStep = {
  id: "header-constants",
  title: "a block of constants in the header",
  since: "v17",
  forward: (way) => ({
    records: {
      HEADER(record) {
        way.worked();
        const length = way.after.constant("__NEW_UTS_LEN") + 1;
        for (const field of TEXTS) set(record.fields, `constants.${field}`, remove(record.fields, field));
        for (const field of MORE_TEXTS) set(record.fields, `constants.${field}`, length);
        set(record.fields, "constants.task_comm_len", nameLength(way));
        set(record.fields, "constants.signal_nsig", way.after.constant("CKPT_ARCH_NSIG"));
        set(record.fields, "constants.at_vector_size", AT_VECTOR_WORDS * way.after.wordSize);
        return undefined;
      },
      TASK(record) {
        way.derive(record, "task_comm_len", nameLength(way), "from v17 on the header says it for all tasks");
        return undefined;
      },
    },
  }),
  backward: (way) => {
    let length = 0;
    return {
      records: {
        HEADER(record) {
          way.worked();
          length = record.number("constants.task_comm_len");
          for (const field of TEXTS) record.fields[field] = get(record.fields, `constants.${field}`);
          const texts = way.before.constant("__NEW_UTS_LEN") + 1;
          for (const field of MORE_TEXTS) way.derive(record, `constants.${field}`, texts, WHY);
          way.derive(record, "constants.signal_nsig", way.before.constant("CKPT_ARCH_NSIG"), WHY);
          way.derive(record, "constants.at_vector_size", AT_VECTOR_WORDS * way.before.wordSize, WHY);
          delete record.fields.constants;
          return undefined;
        },
        TASK: (record) => {
          record.fields.task_comm_len = length;
          return undefined;
        },
      },
    };
  },
};

/** Constants of v18: name in the headers by field. */
const LIMITS: Readonly<Record<string, string>> = {
  rlimit_nlimits: "CKPT_RLIM_NLIMITS",
  n_tty_buf_size: "CKPT_N_TTY_BUF_SIZE",
};

export const terminalConstants: ConversionStep = {
  id: "terminal-constants",
  title: "constants of limits and terminals in the header",
  since: "v18",
  forward: (way) => ({
    records: {
      HEADER(record) {
        way.worked();
        for (const [field, name] of Object.entries(LIMITS))
          set(record.fields, `constants.${field}`, way.after.constant(name));
        set(record.fields, "constants.tty_termios_nccs", controlCharacters(way.after) ?? 0);
        return undefined;
      },
    },
  }),
  backward: (way) => ({
    records: {
      HEADER(record: RecordNode) {
        way.worked();
        for (const [field, name] of Object.entries(LIMITS))
          way.derive(record, `constants.${field}`, way.before.constant(name), WHY);
        way.derive(record, "constants.tty_termios_nccs", controlCharacters(way.before) ?? 0, WHY);
        return undefined;
      },
    },
  }),
};
