/* vt-tgt.so, preloaded into tgtd when it listens on a loopback address.
 *
 * To a discovery request, tgtd answers with the local address of the connection
 * (getsockname()), and the initiator then logs in there. A guest with user-mode
 * networking reaches the host's loopback as 10.0.2.2 or fec0::2, but the local
 * address is 127.0.0.1 or ::1, which is the guest itself for the guest. So
 * getsockname() of a connected socket returns the address that guests use.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc declares the parameter as a transparent union, which no definition can
 * match. */
int vt_getsockname(int fd, struct sockaddr *addr, socklen_t *len) __asm__(
	"getsockname");

int vt_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer);
	int rc = (int)syscall(SYS_getsockname, fd, addr, len);
	if (rc < 0 || !addr ||
		getpeername(fd, (struct sockaddr *)&peer, &peer_len) < 0)
		return rc;
	struct sockaddr_in *v4 = (struct sockaddr_in *)addr;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)addr;
	if (addr->sa_family == AF_INET && *len >= sizeof(*v4) &&
		ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET)
		inet_pton(AF_INET, "10.0.2.2", &v4->sin_addr);
	if (addr->sa_family == AF_INET6 && *len >= sizeof(*v6) &&
		IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr))
		inet_pton(AF_INET6, "fec0::2", &v6->sin6_addr);
	return rc;
}
