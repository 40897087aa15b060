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
    text: "Who wrote the image, when and on what. Restart refuses an image of another kernel than its own, so all of this is compared before anything is built.",
    passages: [
      {
        ...at("HEADER", 1, 48),
        title: "Who wrote this",
        text: "Every record begins with eight bytes: its type and its length, these eight included. The magic number shows that it is an image; read backwards, it would show the other byte order. The kernel calls itself 2.6.30, the format has revision 1. In this version the header also says how long the three texts are that follow, 65 bytes each.",
      },
      {
        ...at("BUFFER", 3, 73, { as: "release" }),
        title: "Release of the kernel",
        text: "A `BUFFER` is a header and bytes; what they mean, its place tells. These are the 65 bytes that the header announced, filled up with zeros. 73 is odd, and nothing rounds it up: the next record begins at an odd offset, and so do most that follow.",
      },
      {
        ...at("BUFFER", 3, 73, { as: "version" }),
        title: "Build of the kernel",
        text: "The same again: the version text, which tells one build of a release from another.",
      },
      {
        ...at("BUFFER", 3, 73, { as: "machine" }),
        title: "Machine",
        text: "The third text. Since the architecture numbers moved between versions, this is what settles doubts.",
      },
      {
        ...at("HEADER_ARCH", 2, 16),
        title: "Abilities of the processor",
        text: "The part of the head that belongs to the architecture. Here it says in which form the floating point state of tasks would be saved, and that it would take 512 bytes. Its last field is padding that the header names.",
      },
    ],
  },
  {
    anchor: "tree",
    title: "The process tree",
    text: "Before any task is described, all are listed, so that restart can create them with the right pids and parents.",
    passages: [
      {
        ...at("TREE", 101, 16),
        title: "How many tasks",
        text: "One. The count needs four bytes, the struct is rounded up to a multiple of eight, and the rest is padding that no field names.",
      },
      {
        ...at("BUFFER", 3, 32, { as: "pids" }),
        title: "Pids of the tasks",
        text: "One entry of 24 bytes for each task. Process 172, whose parent is 1, leads its own thread group. Its process group and session are 0, which stands for a pid that the task's namespace does not show.",
      },
    ],
  },
  {
    anchor: "task",
    title: "The task",
    text: "Now one section for each task, in the order of the list: first what the task is, then what it shares with others, then what belongs to it alone.",
    passages: [
      {
        ...at("TASK", 102, 32),
        title: "State of the task",
        text: "It is running, it has not exited, and when it does, its parent gets signal 17, which is SIGCHLD on this machine. The last field says how long the name is that follows.",
      },
      {
        ...at("STRING", 4, 24, { as: "task_name" }),
        title: "Name of the task",
        text: "The kernel writes its whole array of 16 characters. Behind `ck` and its NUL stands `pper`: most likely the end of `swapper`, the name of the task from which all others descend, of which the new name covered only the beginning. Readers stop at the NUL.",
      },
    ],
  },
  {
    anchor: "namespaces",
    title: "Namespaces",
    text: "Things that several tasks can share are objects. The first time one is needed, an `OBJREF` gives it a number and its body follows at once; from then on the number is enough. Thus whoever reads from front to back knows every object before it is referred to.",
    passages: [
      {
        ...at("OBJREF", 5, 16, { object: 1 }),
        title: "Object 1 begins: a set of namespaces",
        text: "Numbers begin at 1; 0 in a field that refers to an object means that there is none. Object types have numbers of their own, which moved between versions as those of records did.",
      },
      {
        ...at("NS", 108, 24),
        title: "The set of namespaces",
        text: "It names two further objects, 2 and 3. They are new as well, but this version writes no `OBJREF` for them: that the numbers have not been seen before tells the reader that their bodies come next. The flags are those with which a task would be created that gets a UTS and an IPC namespace of its own.",
      },
      {
        ...at("UTS_NS", 109, 16, { object: 2 }),
        title: "Object 2: host and domain name",
        text: "Only lengths; the texts are two strings behind it. From the next version on, one record holds all six texts of a UTS namespace.",
      },
      {
        ...at("STRING", 4, 73, { as: "nodename" }),
        title: "Host name",
        text: "65 bytes again. The virtual machine was never given a name.",
      },
      { ...at("STRING", 4, 73, { as: "domainname" }), title: "Domain name", text: "Nor a domain." },
      {
        ...at("IPC_NS", 110, 56, { object: 3 }),
        title: "Object 3: limits of System V IPC",
        text: "The settings of the namespace: how large and how many segments, queues and semaphores may be. What exists in it is told by three records that follow in fixed order.",
      },
      {
        ...at("IPC", 501, 16),
        title: "No shared memory",
        text: "The type is the number of the record that would follow for each segment. There are none.",
      },
      { ...at("IPC", 501, 16), title: "No message queues", text: "The same for message queues." },
      {
        ...at("IPC", 501, 16),
        title: "No semaphores",
        text: "And for semaphores. This ends object 3, and with it object 1: no mark says so, the grammar does.",
      },
      {
        ...at("TASK_NS", 103, 16),
        title: "The namespaces of the task",
        text: "The record for which all of this was needed. The task is in the namespaces of object 1.",
      },
    ],
  },
  {
    anchor: "files",
    title: "Open files",
    text: "A table of descriptors can be shared by tasks, and an open file by descriptors. So both are objects, one within the other.",
    passages: [
      {
        ...at("OBJREF", 5, 16, { object: 4 }),
        title: "Object 4 begins: a file table",
        text: "Its number is kept; the task will refer to it only after its memory has been written.",
      },
      { ...at("FILE_TABLE", 301, 16), title: "The file table", text: "One descriptor is open." },
      {
        ...at("OBJREF", 5, 16, { object: 5 }),
        title: "Object 5 begins: an open file",
        text: "The descriptor's record must name the file, so the file comes first.",
      },
      {
        ...at("FILE", 304, 40),
        title: "An open file",
        text: "An ordinary file, open for reading and writing. It is the image itself: the position, 757, is the offset at which this very record was about to be written.",
      },
      {
        ...at("FILE_NAME", 303, 26),
        title: "Path of the file",
        text: "Restart will open the file by this path. Contents of ordinary files are never part of an image.",
      },
      {
        ...at("FILE_DESC", 302, 24),
        title: "The descriptor",
        text: "Descriptor 0 is open file 5 and stays open across an exec. As many of these records follow each other as the table announced; with this one, object 4 ends.",
      },
    ],
  },
  {
    anchor: "memory",
    title: "Memory",
    text: "The address space takes most of the image. Mappings are described one by one, and each is followed by those of its pages that restart could not get from elsewhere.",
    passages: [
      {
        ...at("OBJREF", 5, 16, { object: 6 }),
        title: "Object 6 begins: an address space",
        text: "Its first record needs the file of the executable, so another object comes in between.",
      },
      {
        ...at("OBJREF", 5, 16, { object: 7 }),
        title: "Object 7 begins: an open file",
        text: "Object 6 has begun and says nothing yet. Numbers are handed out in the order in which objects begin; the outermost has the smallest.",
      },
      {
        ...at("FILE", 304, 40),
        title: "The executable",
        text: "The kernel itself holds this file open, so there is no descriptor. Its flags contain one that the kernel sets when it opens a file to execute it.",
      },
      { ...at("FILE_NAME", 303, 16), title: "Path of the executable", text: "The program of the task." },
      {
        ...at("MM", 401, 104),
        title: "The address space",
        text: "Five mappings will follow. The executable is object 7. Then the bounds of code, data, heap, stack, arguments and environment: addresses are 64 bits wide although the machine has 32.",
      },
      {
        ...at("VMA", 402, 72),
        title: "First mapping: code",
        text: "A private mapping of the executable, readable and executable, of four pages.",
      },
      {
        ...at("PGARR", 403, 16),
        title: "No pages",
        text: "Nobody wrote to these pages, so restart takes them from the file. The count of zero ends the list of pages of this mapping.",
      },
      {
        ...at("VMA", 402, 72),
        title: "Second mapping: data",
        text: "Another part of the same file, from its fifth page on, writable and private: what the program writes here stays its own.",
      },
      { ...at("PGARR", 403, 16), title: "One page", text: "Six pages are mapped, one was changed." },
      {
        ...at("BUFFER", 3, 4108, { as: "page_batch", parts: pages("the page") }),
        title: "The page with its address",
        text: "First the addresses of all pages of the batch, each as wide as a word of the machine, then their contents in the same order. Here a reader must know the architecture: on a 64-bit machine the address would take eight bytes.",
      },
      { ...at("PGARR", 403, 16), title: "No more pages", text: "Batches go on until a count of zero." },
      {
        ...at("VMA", 402, 72),
        title: "Third mapping: memory behind the data",
        text: "No file is behind this mapping; it holds what the program's variables need that begin as zero.",
      },
      { ...at("PGARR", 403, 16), title: "Two pages", text: "Of 13 pages the program has used two." },
      {
        ...at("BUFFER", 3, 8208, { as: "page_batch", parts: pages("the first page", "the second page") }),
        title: "The two pages with their addresses",
        text: "Both addresses, then both pages. The first word of the first page, 0xbfb9d3dc once its bytes are turned around, is where the program noted its stack pointer. The register record below has the same number.",
      },
      { ...at("PGARR", 403, 16), title: "No more pages", text: "The end of this list." },
      {
        ...at("VMA", 402, 72),
        title: "Fourth mapping: the page that the kernel provides",
        text: "Every process has it mapped, and every kernel has its own contents for it. Its type says so, and no list of pages follows, not even an empty one.",
      },
      {
        ...at("VMA", 402, 72),
        title: "Fifth mapping: the stack",
        text: "It grows downwards, as one of its flags says, and has no file behind it.",
      },
      { ...at("PGARR", 403, 16), title: "One page", text: "Only its last page has been used." },
      {
        ...at("BUFFER", 3, 4108, { as: "page_batch", parts: pages("the page") }),
        title: "The page with its address",
        text: "The arguments and the environment stand near the end of the page, at the addresses that the record of the address space gave.",
      },
      { ...at("PGARR", 403, 16), title: "No more pages", text: "This was the fifth mapping." },
      {
        ...at("MM_CONTEXT", 404, 24),
        title: "What the architecture adds",
        text: "On x86: where the page that the kernel provides is mapped, and that the process has no entries in a descriptor table of its own.",
      },
      {
        ...at("MM_CONTEXT_LDT", 203, 8),
        title: "An empty descriptor table",
        text: "Eight bytes are the shortest record there is. With it object 6 ends.",
      },
      {
        ...at("TASK_OBJS", 104, 16),
        title: "What the task uses",
        text: "Now that they are known: file table 4 and address space 6. A second task that shared both would need only this record for them.",
      },
    ],
  },
  {
    anchor: "registers",
    title: "Registers",
    text: "What a task shares with nobody. In this version it comes last; from v19-rc1 on it comes before the objects.",
    passages: [
      {
        ...at("THREAD", 106, 16),
        title: "Thread-local storage",
        text: "Three descriptors are there for it, 24 bytes together, and none is in use; otherwise a record with them would follow.",
      },
      {
        ...at("RESTART_BLOCK", 105, 56),
        title: "Interrupted system call",
        text: "A task that sleeps with a timeout would have here what it needs to sleep on. This one was not asleep: it made the call that wrote the image.",
      },
      {
        ...at("CPU", 107, 264),
        title: "The registers",
        text: "The program had put 0x5e5e0001, 0xd1d10002 and 0xb9b90003 into three registers so that they could be recognised. `orig_ax` is 335, the number of the system call; `ax` is what the call returns when the restarted program continues from it: 0, by which it knows that it was restarted. There was no floating point state, so no record with it follows.",
      },
    ],
  },
  {
    anchor: "tail",
    title: "The tail",
    text: "One more record, and the image is complete.",
    passages: [
      {
        ...at("TAIL", 9001, 16),
        title: "The end",
        text: "Another magic number. An image without it was cut off, or the kernel gave up and left an error message instead.",
      },
    ],
  },
];
