/* Prints the records of an image with the generated header: what a program of a user would do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <sys/un.h>
#include HEADER

int main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	struct ckpt_hdr h;

	if (!file)
		return 2;
	while (fread(&h, sizeof(h), 1, file) == 1) {
		char *record = malloc(h.len);

		if (!record || h.len < sizeof(h) || fread(record + sizeof(h), 1, h.len - sizeof(h), file) != h.len - sizeof(h))
			return 1;
		memcpy(record, &h, sizeof(h));
		printf("%u %u", h.type, h.len);
		if (h.type == CKPT_HDR_HEADER)
			printf(" rev=%u magic=%d", ((struct ckpt_hdr_header *)record)->rev,
			       ((struct ckpt_hdr_header *)record)->magic == CHECKPOINT_MAGIC_HEAD);
		if (h.type == CKPT_HDR_VMA)
			printf(" vm_start=%llx vm_end=%llx", (unsigned long long)((struct ckpt_hdr_vma *)record)->vm_start,
			       (unsigned long long)((struct ckpt_hdr_vma *)record)->vm_end);
		if (h.type == CKPT_HDR_CPU)
			printf(" ip=%llx", (unsigned long long)((struct ckpt_hdr_cpu *)record)->ip);
		printf("\n");
#ifdef CKPT_HDR_FILE_PIPE
		if (h.type == CKPT_HDR_FILE_PIPE)
			fseek(file, ((struct ckpt_hdr_file_pipe_state *)record)->pipe_len, SEEK_CUR);
#endif
		free(record);
	}
	fclose(file);
	return 0;
}
