#!/bin/sh
# The first program of the machine: mounts what programs expect, loads modules, and takes jobs.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ ! -e /moved ]; then
  # CRIU cannot work with files of the first root file system, which has no device.
  /bin/busybox mkdir /new
  /bin/busybox mount -t tmpfs -o size=90% none /new
  for name in /*; do
    [ "$name" = /new ] || /bin/busybox cp -a "$name" /new/
  done
  cd /new
  /bin/busybox mkdir -p proc sys dev run tmp root
  : >moved
  exec /bin/busybox switch_root /new /init
fi
/bin/busybox mkdir -p /sbin /usr/bin /usr/sbin
/bin/busybox --install -s 2>/dev/null
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o ptmxmode=666 pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /run
ln -sf /proc/self/fd /dev/fd
chmod 1777 /tmp /dev/shm
while read -r module; do
  insmod "/modules/$module.ko" || echo "module $module cannot be loaded"
done </modules/order
ip link set lo up
setsid sh /guest/take-jobs.sh
poweroff -f
