/**
 * Descriptions of the example's records, in order. Name, number and length are compared with the image and the schema, so that a text cannot end up
 * with a record other than its own.
 */
import type { ExamplePlace } from "./read.js";

/** Version and architecture of the kernel that wrote the example image. */
export const EXAMPLE_ABI = "v16/x86_32";

export const EXAMPLE_FILE = new URL("./v16-x86_32-self.img", import.meta.url);

export interface Passage extends ExamplePlace {
  readonly title: string;
  readonly text: string;
}

export interface Chapter {
  readonly anchor: string;
  readonly title: string;
  readonly text: string;
  readonly passages: readonly Passage[];
}

/** A record by name, number and length in bytes. */
function at(record: string, number: number, length: number, more: Partial<ExamplePlace> = {}): ExamplePlace {
  return { record, number, length, ...more };
}

/** Parts of a batch of pages: their addresses, then their contents. */
function pages(...names: string[]): NonNullable<ExamplePlace["parts"]> {
  return [
    ...names.map((name) => [`address of ${name}`, 4] as const),
    ...names.map((name) => [`contents of ${name}`, 4096] as const),
  ];
}

export const CHAPTERS: readonly Chapter[] = [
  {
    anchor: "head",
    title: "The head",
    text: "The kernel and the machine that wrote the image. Restart compares them with its own before it creates anything, and refuses an image of another kernel.",
    passages: [
      {
        ...at("HEADER", 1, 48),
        title: "Kernel and format",
        text: "Every record begins with eight bytes: its type and its length, these eight included. The magic number shows that it is an image; with its bytes reversed, it would mean the other byte order. The kernel is 2.6.30, the format has revision 1. In this version the header also has the lengths of the three texts that follow, 65 bytes each.",
      },
      {
        ...at("BUFFER", 3, 73, { as: "release" }),
        title: "Release of the kernel",
        text: "A `BUFFER` is a header and bytes; their meaning depends on the place in the stream. These are the 65 bytes that the header announced, padded with zeros. Lengths are not rounded up: after 73 bytes the next record begins at an odd offset, and so do most that follow.",
      },
      {
        ...at("BUFFER", 3, 73, { as: "version" }),
        title: "Build of the kernel",
        text: "The version text, which distinguishes builds of one release.",
      },
      {
        ...at("BUFFER", 3, 73, { as: "machine" }),
        title: "Machine",
        text: "The machine name. Numbers of architectures changed between versions; this name did not.",
      },
      {
        ...at("HEADER_ARCH", 2, 16),
        title: "Features of the processor",
        text: "The part of the head that depends on the architecture. Here it has the form and the size of saved floating point state, 512 bytes. Its last field is padding that the C header names.",
      },
    ],
  },
  {
    anchor: "tree",
    title: "The process tree",
    text: "A list of all tasks, from which restart creates them with the right pids and parents.",
    passages: [
      {
        ...at("TREE", 101, 16),
        title: "Number of tasks",
        text: "There is one task. The count takes four bytes; the struct is rounded up to a multiple of eight, so four bytes are padding that no field names.",
      },
      {
        ...at("BUFFER", 3, 32, { as: "pids" }),
        title: "Pids of the tasks",
        text: "One entry of 24 bytes for each task. Process 172, whose parent is 1, leads its own thread group. Its process group and session are 0, which means a pid that is not visible in the task's namespace.",
      },
    ],
  },
  {
    anchor: "task",
    title: "The task",
    text: "One section per task, in the order of the list: first the state of the task, then the objects that it shares, then what it does not share.",
    passages: [
      {
        ...at("TASK", 102, 32),
        title: "State of the task",
        text: "The task is running. When it exits, its parent gets signal 17, which is SIGCHLD on this machine. The last field is the length of the name that follows.",
      },
      {
        ...at("STRING", 4, 24, { as: "task_name" }),
        title: "Name of the task",
        text: "The kernel writes its whole array of 16 characters. After `ck` and its NUL follows `pper`, most likely the end of `swapper`: the name of the first task, which the new name overwrote only in part. Readers stop at the NUL.",
      },
    ],
  },
  {
    anchor: "namespaces",
    title: "Namespaces",
    text: "Things that several tasks can share are objects. The first time one is needed, an `OBJREF` gives it a number and its body follows at once; later references have the number only. So a reader that goes from front to back knows every object before it is referred to.",
    passages: [
      {
        ...at("OBJREF", 5, 16, { object: 1 }),
        title: "Object 1 begins: a set of namespaces",
        text: "Numbers begin at 1; 0 in a field that refers to an object means no object. Types of objects have numbers too, which changed between versions as those of records did.",
      },
      {
        ...at("NS", 108, 24),
        title: "The set of namespaces",
        text: "It refers to two more objects, 2 and 3. They are new too, but this version writes no `OBJREF` for them: a number that has not occurred before means that the body follows. The flags are those of clone() for a task with a new UTS and IPC namespace.",
      },
      {
        ...at("UTS_NS", 109, 16, { object: 2 }),
        title: "Object 2: host and domain name",
        text: "Only lengths; the texts are in the next two records. From the next version on, one record has all six texts of a UTS namespace.",
      },
      {
        ...at("STRING", 4, 73, { as: "nodename" }),
        title: "Host name",
        text: "65 bytes. The virtual machine has no name.",
      },
      {
        ...at("STRING", 4, 73, { as: "domainname" }),
        title: "Domain name",
        text: "65 bytes. The virtual machine has no domain name.",
      },
      {
        ...at("IPC_NS", 110, 56, { object: 3 }),
        title: "Object 3: limits of System V IPC",
        text: "The limits of the namespace: how large and how many segments, queues and semaphores may be. The three records that follow, in fixed order, have what exists in it.",
      },
      {
        ...at("IPC", 501, 16),
        title: "No shared memory",
        text: "The type is the number of the record that follows for each segment. The count is 0.",
      },
      {
        ...at("IPC", 501, 16),
        title: "No message queues",
        text: "The type is the number of the record for message queues. The count is 0.",
      },
      {
        ...at("IPC", 501, 16),
        title: "No semaphores",
        text: "The type is the number of the record for semaphores. The count is 0. This ends object 3, and with it object 1: there is no end mark, the end follows from the grammar.",
      },
      {
        ...at("TASK_NS", 103, 16),
        title: "The namespaces of the task",
        text: "The task is in the namespaces of object 1. The objects above were written because this record refers to them.",
      },
    ],
  },
  {
    anchor: "files",
    title: "Open files",
    text: "A table of descriptors can be shared by tasks, and an open file by descriptors. So both are objects: the body of the table contains the open file.",
    passages: [
      {
        ...at("OBJREF", 5, 16, { object: 4 }),
        title: "Object 4 begins: a file table",
        text: "`TASK_OBJS` refers to this number, after the memory.",
      },
      {
        ...at("FILE_TABLE", 301, 16),
        title: "The file table",
        text: "One descriptor is open.",
      },
      {
        ...at("OBJREF", 5, 16, { object: 5 }),
        title: "Object 5 begins: an open file",
        text: "The record of the descriptor refers to the file, so the file comes first.",
      },
      {
        ...at("FILE", 304, 40),
        title: "An open file",
        text: "An ordinary file, open for reading and writing. It is the image itself: the position, 757, is the offset of this record.",
      },
      {
        ...at("FILE_NAME", 303, 26),
        title: "Path of the file",
        text: "Restart will open the file by this path. Contents of ordinary files are never part of an image.",
      },
      {
        ...at("FILE_DESC", 302, 24),
        title: "The descriptor",
        text: "Descriptor 0 is open file 5 and stays open across an exec. The table announced the number of these records; with the last one, object 4 ends.",
      },
    ],
  },
  {
    anchor: "memory",
    title: "Memory",
    text: "The address space takes most of the image. Mappings are described one by one, and each is followed by those of its pages that restart cannot get from a file.",
    passages: [
      {
        ...at("OBJREF", 5, 16, { object: 6 }),
        title: "Object 6 begins: an address space",
        text: "Its first record refers to the file of the executable, so that object comes first.",
      },
      {
        ...at("OBJREF", 5, 16, { object: 7 }),
        title: "Object 7 begins: an open file",
        text: "Object 6 has begun, but none of its records was written yet. Numbers are assigned in the order in which objects begin, so an outer object has a smaller number than those within it.",
      },
      {
        ...at("FILE", 304, 40),
        title: "The executable",
        text: "The kernel itself holds this file open, so there is no descriptor. Its flags contain one that the kernel sets when it opens a file to execute it.",
      },
      {
        ...at("FILE_NAME", 303, 16),
        title: "Path of the executable",
        text: "The program of the task.",
      },
      {
        ...at("MM", 401, 104),
        title: "The address space",
        text: "Five mappings follow. The executable is object 7. Then the bounds of code, data, heap, stack, arguments and environment: addresses have 64 bits although the machine has 32.",
      },
      {
        ...at("VMA", 402, 72),
        title: "First mapping: code",
        text: "A private mapping of the executable, readable and executable, of four pages.",
      },
      {
        ...at("PGARR", 403, 16),
        title: "No pages",
        text: "These pages were not written to, so restart reads them from the file. The count of zero ends the list of pages of this mapping.",
      },
      {
        ...at("VMA", 402, 72),
        title: "Second mapping: data",
        text: "Another part of the executable, from its fifth page on, writable and private: the file does not get what the program writes here.",
      },
      {
        ...at("PGARR", 403, 16),
        title: "One page",
        text: "Six pages are mapped, and one was changed.",
      },
      {
        ...at("BUFFER", 3, 4108, { as: "page_batch", parts: pages("the page") }),
        title: "The page with its address",
        text: "First the addresses of all pages of the batch, each as wide as a word of the machine, then their contents in that order. A reader must know the architecture here: on a 64-bit machine an address takes eight bytes.",
      },
      {
        ...at("PGARR", 403, 16),
        title: "No more pages",
        text: "A count of zero ends the list.",
      },
      {
        ...at("VMA", 402, 72),
        title: "Third mapping: memory after the data",
        text: "This mapping has no file; it holds the variables of the program that are initially zero.",
      },
      { ...at("PGARR", 403, 16), title: "Two pages", text: "The program has used two of 13 pages." },
      {
        ...at("BUFFER", 3, 8208, { as: "page_batch", parts: pages("the first page", "the second page") }),
        title: "The two pages with their addresses",
        text: "Both addresses, then both pages. The first word of the first page, 0xbfb9d3dc in little-endian order, is a variable in which the program stored its stack pointer. The register record below has this value too.",
      },
      { ...at("PGARR", 403, 16), title: "No more pages", text: "A count of zero ends the list." },
      {
        ...at("VMA", 402, 72),
        title: "Fourth mapping: the page that the kernel provides",
        text: "The page of the system call entry, which each kernel provides with its own contents. Its type identifies it, and no list of pages follows, not even an empty one.",
      },
      {
        ...at("VMA", 402, 72),
        title: "Fifth mapping: the stack",
        text: "It grows downwards, which is one of its flags, and has no file.",
      },
      { ...at("PGARR", 403, 16), title: "One page", text: "The program has used only its last page." },
      {
        ...at("BUFFER", 3, 4108, { as: "page_batch", parts: pages("the page") }),
        title: "The page with its address",
        text: "The arguments and the environment are near the end of the page, at the addresses in the record of the address space.",
      },
      {
        ...at("PGARR", 403, 16),
        title: "No more pages",
        text: "A count of zero ends the list of the fifth mapping.",
      },
      {
        ...at("MM_CONTEXT", 404, 24),
        title: "State of the architecture",
        text: "On x86: the address of the page that the kernel provides, and the number of entries in the local descriptor table of the process, which is 0.",
      },
      {
        ...at("MM_CONTEXT_LDT", 203, 8),
        title: "An empty descriptor table",
        text: "Eight bytes are the shortest possible record. With it object 6 ends.",
      },
      {
        ...at("TASK_OBJS", 104, 16),
        title: "Objects of the task",
        text: "File table 4 and address space 6. A second task that shares both needs only this record.",
      },
    ],
  },
  {
    anchor: "registers",
    title: "Registers",
    text: "State that a task does not share. In this version it comes last; from v19-rc1 on it comes before the objects.",
    passages: [
      {
        ...at("THREAD", 106, 16),
        title: "Thread-local storage",
        text: "There are three descriptors, 24 bytes together, and none is in use; otherwise a record with them would follow.",
      },
      {
        ...at("RESTART_BLOCK", 105, 56),
        title: "Interrupted system call",
        text: "For a task that sleeps with a timeout, this has what it needs to continue sleeping. This task was not asleep: it made the call that wrote the image.",
      },
      {
        ...at("CPU", 107, 264),
        title: "The registers",
        text: "The program had put 0x5e5e0001, 0xd1d10002 and 0xb9b90003 into three registers so that they could be recognised. `orig_ax` is 335, the number of the system call; `ax` is the result of the call when the restarted program continues: 0, by which the program detects that it was restarted. There was no floating point state, so no record with it follows.",
      },
    ],
  },
  {
    anchor: "tail",
    title: "The tail",
    text: "The record that completes the image.",
    passages: [
      {
        ...at("TAIL", 9001, 16),
        title: "The end",
        text: "Another magic number. An image without it is truncated, or the kernel gave up and wrote an error message instead.",
      },
    ],
  },
];
