# Gives the project 7 a megabyte in a file system, and has somebody write more than that.
import ctypes, os, struct, subprocess, sys

point = sys.argv[1]
folder = os.path.join(point, "limited")
os.makedirs(folder)
os.chmod(folder, 0o777)
subprocess.run(["chattr", "-p", "7", "+P", folder], check=True)
SET_QUOTA, PROJECTS, BLOCKS = 0x800008, 2, 1
device = subprocess.run(["findmnt", "-no", "SOURCE", point], capture_output=True, text=True).stdout.strip()
limits = struct.pack("8QI4x", 1024, 1024, 0, 0, 0, 0, 0, 0, BLOCKS)
libc = ctypes.CDLL(None, use_errno=True)
if libc.quotactl(SET_QUOTA << 8 | PROJECTS, device.encode(), 7, limits) != 0:
    raise OSError(ctypes.get_errno(), "quotactl")
os.setuid(65534)
try:
    with open(os.path.join(folder, "file"), "wb") as file:
        file.write(bytes(4 << 20))
    print("no limit")
except OSError as error:
    print(error.strerror)
