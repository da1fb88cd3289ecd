#!/bin/sh
#
# Undo: takes exclusions out of the managed configuration of Microsoft Defender
# for Endpoint on this computer.
#
#   carveout 0.1.0: mdatp-linux for g of site s
#   from profile vendor/product
#   preview: not yet tried on the product itself
#   process: network protection cannot inspect an excluded process; EDR goes on watching it
#
# sh FILE [-n] [--by-value] [MANAGED [RECORD]]
#
# It takes away an entry listed below only where the record says that carveout's
# own script added it on this computer. Without a record (the list was merged by
# another tool) it changes nothing and says so; --by-value then takes away an equal
# entry, also one that was there before: that cannot be known.
# -n only says what it would do. As root; needs jq 1.6 or later.

set -eu
umask 077

# The record of what was added.
record='/var/lib/carveout/s/g.mdatp.json'
managed=/etc/opt/microsoft/mdatp/managed/mdatp_managed.json

entry() {
	printf '%s\n' "$1"
}

# Each entry stands with the rows that ask for it.
entries() {
	:
	entry '{"$type": "excludedFileName", "name": "/opt/it'\''s/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-1 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/‘a’ ‚b‛/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-2 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/“c” „d‟/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-3 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/'\'''\'''\'';calc;'\''/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-4 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/$(calc)/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-5 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/$env/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-6 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/a;b/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-7 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/`whoami`/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-8 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/a`nb/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-9 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/&calc&/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-10 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/%x/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-11 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/100%/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-12 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/#region/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-13 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/=cmd/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-14 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/@a/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-15 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/-f/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-16 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/{a}/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-17 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/(b)/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-18 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/[c]/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-19 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/!d^/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-20 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/a,b/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-21 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/~1/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-22 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/]]/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-23 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/--/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-24 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/　wide　x/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-25 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/😀/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-26 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/é/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-27 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/İIıi/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-28 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/\"dq\"/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-29 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/back\\slash/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-30 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/]]>/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-31 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/-->/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-32 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/a>b/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-33 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/a|b/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-34 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/\\/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-35 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/\"; rm -rf ~ #/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-36 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/:/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-37 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/C:\\x/x", "scopes": ["epp"]}' # vendor/product#exclusions/process-38 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/.../x", "scopes": ["epp"]}' # vendor/product#exclusions/process-39 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/ blank /x", "scopes": ["epp"]}' # vendor/product#exclusions/process-40 (page)
	entry '{"$type": "excludedFileName", "name": "/opt/a./x", "scopes": ["epp"]}' # vendor/product#exclusions/process-41 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/it'\''s/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-1 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/‘a’ ‚b‛/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-2 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/“c” „d‟/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-3 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/'\'''\'''\'';calc;'\''/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-4 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/$(calc)/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-5 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/$env/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-6 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/a;b/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-7 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/`whoami`/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-8 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/a`nb/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-9 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/&calc&/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-10 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/%x/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-11 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/100%/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-12 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/#region/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-13 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/=cmd/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-14 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/@a/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-15 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/-f/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-16 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/{a}/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-17 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/(b)/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-18 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/[c]/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-19 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/!d^/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-20 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/a,b/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-21 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/~1/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-22 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/]]/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-23 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/--/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-24 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/　wide　x/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-25 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/😀/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-26 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/é/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-27 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/İIıi/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-28 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/\"dq\"/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-29 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/back\\slash/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-30 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/]]>/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-31 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/-->/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-32 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/a>b/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-33 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/a|b/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-34 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/\\/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-35 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/\"; rm -rf ~ #/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-36 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/:/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-37 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/C:\\x/", "scopes": ["epp"]}' # vendor/product#exclusions/folder-38 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/.../", "scopes": ["epp"]}' # vendor/product#exclusions/folder-39 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/ blank /", "scopes": ["epp"]}' # vendor/product#exclusions/folder-40 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/a./", "scopes": ["epp"]}' # vendor/product#exclusions/folder-41 (page)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/q/it'\''s 000/it'\''s 001/it'\''s 002/it'\''s 003/it'\''s 004/it'\''s 005/it'\''s 006/it'\''s 007/it'\''s 008/it'\''s 009/it'\''s 010/it'\''s 011/it'\''s 012/it'\''s 013/it'\''s 014/it'\''s 015/it'\''s 016/it'\''s 017/it'\''s 018/it'\''s 019/it'\''s 020/it'\''s 021/it'\''s 022/it'\''s 023/it'\''s 024/it'\''s 025/it'\''s 026/it'\''s 027/it'\''s 028/it'\''s 029/it'\''s 030/it'\''s 031/it'\''s 032/it'\''s 033/it'\''s 034/it'\''s 035/it'\''s 036/it'\''s 037/it'\''s 038/it'\''s 039/it'\''s 040/it'\''s 041/it'\''s 042/it'\''s 043/it'\''s 044/it'\''s 045/it'\''s 046/it'\''s 047/it'\''s 048/it'\''s 049/it'\''s 050/it'\''s 051/it'\''s 052/it'\''s 053/it'\''s 054/it'\''s 055/it'\''s 056/it'\''s 057/it'\''s 058/it'\''s 059/it'\''s 060/it'\''s 061/it'\''s 062/it'\''s 063/it'\''s 064/it'\''s 065/it'\''s 066/it'\''s 067/it'\''s 068/it'\''s 069/it'\''s 070/it'\''s 071/it'\''s 072/it'\''s 073/it'\''s 074/it'\''s 075/it'\''s 076/it'\''s 077/it'\''s 078/it'\''s 079/it'\''s 080/it'\''s 081/it'\''s 082/it'\''s 083/it'\''s 084/it'\''s 085/it'\''s 086/it'\''s 087/it'\''s 088/it'\''s 089/it'\''s 090/it'\''s 091/it'\''s 092/it'\''s 093/it'\''s 094/it'\''s 095/it'\''s 096/it'\''s 097/it'\''s 098/it'\''s 099/it'\''s 100/it'\''s 101/it'\''s 102/it'\''s 103/it'\''s 104/it'\''s 105/it'\''s 106/it'\''s 107/it'\''s 108/it'\''s 109/it'\''s 110/it'\''s 111/it'\''s 112/it'\''s 113/it'\''s 114/it'\''s 115/it'\''s 116/it'\''s 117/it'\''s 118/it'\''s 119/it'\''s 120/it'\''s 121/it'\''s 122/it'\''s 123/it'\''s 124/it'\''s 125/it'\''s 126/it'\''s 127/it'\''s 128/it'\''s 129/it'\''s 130/it'\''s 131/it'\''s 132/it'\''s 133/it'\''s 134/it'\''s 135/it'\''s 136/it'\''s 137/it'\''s 138/it'\''s 139/it'\''s 140/it'\''s 141/it'\''s 142/it'\''s 143/it'\''s 144/it'\''s 145/it'\''s 146/it'\''s 147/it'\''s 148/it'\''s 149/it'\''s 150/it'\''s 151/it'\''s 152/it'\''s 153/it'\''s 154/it'\''s 155/it'\''s 156/it'\''s 157/it'\''s 158/it'\''s 159/it'\''s 160/it'\''s 161/it'\''s 162/it'\''s 163/it'\''s 164/it'\''s 165/it'\''s 166/it'\''s 167/it'\''s 168/it'\''s 169/it'\''s 170/it'\''s 171/it'\''s 172/it'\''s 173/it'\''s 174/it'\''s 175/it'\''s 176/it'\''s 177/it'\''s 178/it'\''s 179/it'\''s 180/it'\''s 181/it'\''s 182/it'\''s 183/it'\''s 184/it'\''s 185/it'\''s 186/it'\''s 187/it'\''s 188/it'\''s 189/it'\''s 190/it'\''s 191/it'\''s 192/it'\''s 193/it'\''s 194/it'\''s 195/it'\''s 196/it'\''s 197/it'\''s 198/it'\''s 199/it'\''s 200/it'\''s 201/it'\''s 202/it'\''s 203/it'\''s 204/it'\''s 205/it'\''s 206/it'\''s 207/it'\''s 208/it'\''s 209/it'\''s 210/it'\''s 211/it'\''s 212/it'\''s 213/it'\''s 214/it'\''s 215/it'\''s 216/it'\''s 217/it'\''s 218/it'\''s 219/it'\''s 220/it'\''s 221/it'\''s 222/it'\''s 223/it'\''s 224/it'\''s 225/it'\''s 226/it'\''s 227/it'\''s 228/it'\''s 229/it'\''s 230/it'\''s 231/it'\''s 232/it'\''s 233/it'\''s 234/it'\''s 235/it'\''s 236/it'\''s 237/it'\''s 238/it'\''s 239/it'\''s 240/it'\''s 241/it'\''s 242/it'\''s 243/it'\''s 244/it'\''s 245/it'\''s 246/it'\''s 247/it'\''s 248/it'\''s 249/it'\''s 250/it'\''s 251/it'\''s 252/it'\''s 253/it'\''s 254/it'\''s 255/it'\''s 256/it'\''s 257/it'\''s 258/it'\''s 259/it'\''s 260/it'\''s 261/it'\''s 262/it'\''s 263/it'\''s 264/it'\''s 265/it'\''s 266/it'\''s 267/it'\''s 268/it'\''s 269/it'\''s 270/it'\''s 271/it'\''s 272/it'\''s 273/it'\''s 274/it'\''s 275/it'\''s 276/it'\''s 277/it'\''s 278/it'\''s 279/it'\''s 280/it'\''s 281/it'\''s 282/it'\''s 283/it'\''s 284/it'\''s 285/it'\''s 286/it'\''s 287/it'\''s 288/it'\''s 289/it'\''s 290/it'\''s 291/it'\''s 292/it'\''s 293/it'\''s 294/it'\''s 295/it'\''s 296/it'\''s 297/it'\''s 298/it'\''s 299/it'\''s 300/it'\''s 301/it'\''s 302/it'\''s 303/it'\''s 304/it'\''s 305/it'\''s 306/it'\''s 307/it'\''s 308/it'\''s 309/it'\''s 310/it'\''s 311/it'\''s 312/it'\''s 313/it'\''s 314/it'\''s 315/it'\''s 316/it'\''s 317/it'\''s 318/it'\''s 319/it'\''s 320/it'\''s 321/it'\''s 322/it'\''s 323/it'\''s 324/it'\''s 325/it'\''s 326/it'\''s 327/it'\''s 328/it'\''s 329/it'\''s 330/it'\''s 331/it'\''s 332/it'\''s 333/it'\''s 334/it'\''s 335/it'\''s 336/it'\''s 337/it'\''s 338/it'\''s 339/it'\''s 340/it'\''s 341/it'\''s 342/it'\''s 343/it'\''s 344/it'\''s 345/it'\''s 346/it'\''s 347/it'\''s 348/it'\''s 349/it'\''s 350/it'\''s 351/it'\''s 352/it'\''s 353/it'\''s 354/it'\''s 355/it'\''s 356/it'\''s 357/it'\''s 358/it'\''s 359/it'\''s 360/it'\''s 361/it'\''s 362/it'\''s 363/it'\''s 364/it'\''s 365/it'\''s 366/it'\''s 367/it'\''s 368/it'\''s 369/it'\''s 370/it'\''s 371/it'\''s 372/it'\''s 373/it'\''s 374/it'\''s 375/it'\''s 376/it'\''s 377/it'\''s 378/it'\''s 379/it'\''s 380/it'\''s 381/it'\''s 382/it'\''s 383/it'\''s 384/it'\''s 385/it'\''s 386/it'\''s 387/it'\''s 388/it'\''s 389/it'\''s 390/it'\''s 391/it'\''s 392/it'\''s 393/it'\''s 394/it'\''s 395/it'\''s 396/it'\''s 397/it'\''s 398/it'\''s 399/it'\''s 400/it'\''s 401/it'\''s 402/it'\''s 403/it'\''s 404/it'\''s 405/it'\''s 406/it'\''s 407/it'\''s 408/it'\''s 409/it'\''s 410/it'\''s 411/it'\''s 412/it'\''s 413/it'\''s 414/it'\''s 415/it'\''s 416/it'\''s 417/it'\''s 418/it'\''s 419/it'\''s 420/it'\''s 421/it'\''s 422/it'\''s 423/it'\''s 424/it'\''s 425/it'\''s 426/it'\''s 427/it'\''s 428/it'\''s 429/it'\''s 430/it'\''s 431/it'\''s 432/it'\''s 433/it'\''s 434/it'\''s 435/it'\''s 436/it'\''s 437/it'\''s 438/it'\''s 439/it'\''s 440/it'\''s 441/it'\''s 442/it'\''s 443/it'\''s 444/it'\''s 445/it'\''s 446/it'\''s 447/it'\''s 448/it'\''s 449/it'\''s 450/it'\''s 451/it'\''s 452/it'\''s 453/it'\''s 454/it'\''s 455/it'\''s 456/it'\''s 457/it'\''s 458/it'\''s 459/it'\''s 460/it'\''s 461/it'\''s 462/it'\''s 463/it'\''s 464/it'\''s 465/it'\''s 466/it'\''s 467/it'\''s 468/it'\''s 469/it'\''s 470/it'\''s 471/it'\''s 472/it'\''s 473/it'\''s 474/it'\''s 475/it'\''s 476/it'\''s 477/it'\''s 478/it'\''s 479/it'\''s 480/it'\''s 481/it'\''s 482/it'\''s 483/it'\''s 484/it'\''s 485/it'\''s 486/it'\''s 487/it'\''s 488/it'\''s 489/it'\''s 490/it'\''s 491/it'\''s 492/it'\''s 493/it'\''s 494/it'\''s 495/it'\''s 496/it'\''s 497/it'\''s 498/it'\''s 499/it'\''s 500/it'\''s 501/it'\''s 502/it'\''s 503/it'\''s 504/it'\''s 505/it'\''s 506/it'\''s 507/it'\''s 508/it'\''s 509/it'\''s 510/it'\''s 511/it'\''s 512/it'\''s 513/it'\''s 514/it'\''s 515/it'\''s 516/it'\''s 517/it'\''s 518/it'\''s 519/it'\''s 520/it'\''s 521/it'\''s 522/it'\''s 523/it'\''s 524/it'\''s 525/it'\''s 526/it'\''s 527/it'\''s 528/it'\''s 529/it'\''s 530/it'\''s 531/it'\''s 532/it'\''s 533/it'\''s 534/it'\''s 535/it'\''s 536/it'\''s 537/it'\''s 538/it'\''s 539/it'\''s 540/it'\''s 541/it'\''s 542/it'\''s 543/it'\''s 544/it'\''s 545/it'\''s 546/it'\''s 547/it'\''s 548/it'\''s 549/it'\''s 550/it'\''s 551/it'\''s 552/it'\''s 553/it'\''s 554/it'\''s 555/it'\''s 556/it'\''s 557/it'\''s 558/it'\''s 559/it'\''s 560/it'\''s 561/it'\''s 562/it'\''s 563/it'\''s 564/it'\''s 565/it'\''s 566/it'\''s 567/it'\''s 568/it'\''s 569/it'\''s 570/it'\''s 571/it'\''s 572/it'\''s 573/it'\''s 574/it'\''s 575/it'\''s 576/it'\''s 577/it'\''s 578/it'\''s 579/it'\''s 580/it'\''s 581/it'\''s 582/it'\''s 583/it'\''s 584/it'\''s 585/it'\''s 586/it'\''s 587/it'\''s 588/it'\''s 589/it'\''s 590/it'\''s 591/it'\''s 592/it'\''s 593/it'\''s 594/it'\''s 595/it'\''s 596/it'\''s 597/it'\''s 598/it'\''s 599/it'\''s 600/it'\''s 601/it'\''s 602/it'\''s 603/it'\''s 604/it'\''s 605/it'\''s 606/it'\''s 607/it'\''s 608/it'\''s 609/it'\''s 610/it'\''s 611/it'\''s 612/it'\''s 613/it'\''s 614/it'\''s 615/it'\''s 616/it'\''s 617/it'\''s 618/it'\''s 619/it'\''s 620/it'\''s 621/it'\''s 622/it'\''s 623/it'\''s 624/it'\''s 625/it'\''s 626/it'\''s 627/it'\''s 628/it'\''s 629/it'\''s 630/it'\''s 631/it'\''s 632/it'\''s 633/it'\''s 634/it'\''s 635/it'\''s 636/it'\''s 637/it'\''s 638/it'\''s 639/it'\''s 640/it'\''s 641/it'\''s 642/it'\''s 643/it'\''s 644/it'\''s 645/it'\''s 646/it'\''s 647/it'\''s 648/it'\''s 649/it'\''s 650/it'\''s 651/it'\''s 652/it'\''s 653/it'\''s 654/it'\''s 655/it'\''s 656/it'\''s 657/it'\''s 658/it'\''s 659/it'\''s 660/it'\''s 661/it'\''s 662/it'\''s 663/it'\''s 664/it'\''s 665/it'\''s 666/it'\''s 667/it'\''s 668/it'\''s 669/it'\''s 670/it'\''s 671/it'\''s 672/it'\''s 673/it'\''s 674/it'\''s 675/it'\''s 676/it'\''s 677/it'\''s 678/it'\''s 679/it'\''s 680/it'\''s 681/it'\''s 682/it'\''s 683/it'\''s 684/it'\''s 685/it'\''s 686/it'\''s 687/it'\''s 688/it'\''s 689/it'\''s 690/it'\''s 691/it'\''s 692/it'\''s 693/it'\''s 694/it'\''s 695/it'\''s 696/it'\''s 697/it'\''s 698/it'\''s 699/it'\''s 700/it'\''s 701/it'\''s 702/it'\''s 703/it'\''s 704/it'\''s 705/it'\''s 706/it'\''s 707/it'\''s 708/it'\''s 709/it'\''s 710/it'\''s 711/it'\''s 712/it'\''s 713/it'\''s 714/it'\''s 715/it'\''s 716/it'\''s 717/it'\''s 718/it'\''s 719/it'\''s 720/it'\''s 721/it'\''s 722/it'\''s 723/it'\''s 724/it'\''s 725/it'\''s 726/it'\''s 727/it'\''s 728/it'\''s 729/it'\''s 730/it'\''s 731/it'\''s 732/it'\''s 733/it'\''s 734/it'\''s 735/it'\''s 736/it'\''s 737/it'\''s 738/it'\''s 739/it'\''s 740/it'\''s 741/it'\''s 742/it'\''s 743/it'\''s 744/it'\''s 745/it'\''s 746/it'\''s 747/it'\''s 748/it'\''s 749/it'\''s 750/it'\''s 751/it'\''s 752/it'\''s 753/it'\''s 754/it'\''s 755/it'\''s 756/it'\''s 757/it'\''s 758/it'\''s 759/it'\''s 760/it'\''s 761/it'\''s 762/it'\''s 763/it'\''s 764/it'\''s 765/it'\''s 766/it'\''s 767/it'\''s 768/it'\''s 769/it'\''s 770/it'\''s 771/it'\''s 772/it'\''s 773/it'\''s 774/it'\''s 775/it'\''s 776/it'\''s 777/it'\''s 778/it'\''s 779/it'\''s 780/it'\''s 781/it'\''s 782/it'\''s 783/it'\''s 784/it'\''s 785/it'\''s 786/it'\''s 787/it'\''s 788/it'\''s 789/it'\''s 790/it'\''s 791/it'\''s 792/it'\''s 793/it'\''s 794/it'\''s 795/it'\''s 796/it'\''s 797/it'\''s 798/it'\''s 799/it'\''s 800/it'\''s 801/it'\''s 802/it'\''s 803/it'\''s 804/it'\''s 805/it'\''s 806/it'\''s 807/it'\''s 808/it'\''s 809/it'\''s 810/it'\''s 811/it'\''s 812/it'\''s 813/it'\''s 814/it'\''s 815/it'\''s 816/it'\''s 817/it'\''s 818/it'\''s 819/it'\''s 820/it'\''s 821/it'\''s 822/it'\''s 823/it'\''s 824/it'\''s 825/it'\''s 826/it'\''s 827/it'\''s 828/it'\''s 829/it'\''s 830/it'\''s 831/it'\''s 832/it'\''s 833/it'\''s 834/it'\''s 835/it'\''s 836/it'\''s 837/it'\''s 838/it'\''s 839/it'\''s 840/it'\''s 841/it'\''s 842/it'\''s 843/it'\''s 844/it'\''s 845/it'\''s 846/it'\''s 847/it'\''s 848/it'\''s 849/it'\''s 850/it'\''s 851/it'\''s 852/it'\''s 853/it'\''s 854/it'\''s 855/it'\''s 856/it'\''s 857/it'\''s 858/it'\''s 859/it'\''s 860/it'\''s 861/it'\''s 862/it'\''s 863/it'\''s 864/it'\''s 865/it'\''s 866/it'\''s 867/it'\''s 868/it'\''s 869/it'\''s 870/it'\''s 871/it'\''s 872/it'\''s 873/it'\''s 874/it'\''s 875/it'\''s 876/it'\''s 877/it'\''s 878/it'\''s 879/it'\''s 880/it'\''s 881/it'\''s 882/it'\''s 883/it'\''s 884/it'\''s 885/it'\''s 886/it'\''s 887/it'\''s 888/it'\''s 889/it'\''s 890/it'\''s 891/it'\''s 892/it'\''s 893/it'\''s 894/it'\''s 895/it'\''s 896/it'\''s 897/it'\''s 898/it'\''s 899/it'\''s 900/it'\''s 901/it'\''s 902/it'\''s 903/it'\''s 904/it'\''s 905/it'\''s 906/it'\''s 907/it'\''s 908/it'\''s 909/it'\''s 910/it'\''s 911/it'\''s 912/it'\''s 913/it'\''s 914/it'\''s 915/it'\''s 916/it'\''s 917/it'\''s 918/it'\''s 919/it'\''s 920/it'\''s 921/it'\''s 922/it'\''s 923/it'\''s 924/it'\''s 925/it'\''s 926/it'\''s 927/it'\''s 928/it'\''s 929/it'\''s 930/it'\''s 931/it'\''s 932/it'\''s 933/it'\''s 934/it'\''s 935/it'\''s 936/it'\''s 937/it'\''s 938/it'\''s 939/it'\''s 940/it'\''s 941/it'\''s 942/it'\''s 943/it'\''s 944/it'\''s 945/it'\''s 946/it'\''s 947/it'\''s 948/it'\''s 949/it'\''s 950/it'\''s 951/it'\''s 952/it'\''s 953/it'\''s 954/it'\''s 955/it'\''s 956/it'\''s 957/it'\''s 958/it'\''s 959/it'\''s 960/it'\''s 961/it'\''s 962/it'\''s 963/it'\''s 964/it'\''s 965/it'\''s 966/it'\''s 967/it'\''s 968/it'\''s 969/it'\''s 970/it'\''s 971/it'\''s 972/it'\''s 973/it'\''s 974/it'\''s 975/it'\''s 976/it'\''s 977/it'\''s 978/it'\''s 979/it'\''s 980/it'\''s 981/it'\''s 982/it'\''s 983/it'\''s 984/it'\''s 985/it'\''s 986/it'\''s 987/it'\''s 988/it'\''s 989/it'\''s 990/it'\''s 991/it'\''s 992/it'\''s 993/it'\''s 994/it'\''s 995/it'\''s 996/it'\''s 997/it'\''s 998/it'\''s 999/", "scopes": ["epp"]}' # vendor/product#exclusions/long (page)
	entry '{"$type": "excludedFileName", "name": "it'\''s", "scopes": ["epp"]}' # vendor/product#exclusions/quote-name (page)
}

dry=
if [ "${1-}" = -n ]; then
	dry=yes
	shift
fi
by_value=
if [ "${1-}" = --by-value ]; then
	by_value=yes
	shift
fi
managed=${1:-$managed}
record=${2:-$record}

fail() {
	printf 'failed: %s\n' "$1" >&2
	exit 1
}

command -v jq >/dev/null 2>&1 || fail 'jq is not installed'
[ -d "$(dirname -- "$managed")" ] ||
	fail "$(dirname -- "$managed") is not there: is Defender installed?"
[ ! -L "$managed" ] || fail "$managed is a symbolic link: name the file itself"

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM

# What there is, in one document: the file, the record, what is listed above.
entries >"$work/listed"
if [ -e "$managed" ]; then
	cat -- "$managed" >"$work/managed"
else
	echo '{}' >"$work/managed"
fi
if [ -e "$record" ]; then
	cat -- "$record" >"$work/record"
else
	echo '{"entries": [], "made": null}' >"$work/record"
fi
jq -e -s 'length == 1 and (.[0] | type == "object" and
	(.exclusionSettings | type == "object" or . == null) and
	(.exclusionSettings.exclusions? | type == "array" or . == null))' \
	"$work/managed" >/dev/null 2>&1 ||
	fail "$managed is no managed configuration: nothing was changed"
jq -e -s 'length == 1 and (.[0].entries | type == "array")' \
	"$work/record" >/dev/null 2>&1 || fail "$record is no record: nothing was changed"

# Two entries are the same when all that Defender reads of them is.
same='def key: (if type == "object" then [.["$type"], .path, .name, .extension,
	(.isDirectory // false), ((.scopes // []) | sort)] else . end) | tojson;
def counts: reduce .[] as $one ({}; .[$one | key] += 1);
def stands($counts): $counts[key] != null;
def less($taken): reduce .[] as $one ({kept: [], left: ($taken | counts)};
	($one | key) as $key | if (.left[$key] // 0) > 0 then .left[$key] -= 1
	else .kept += [$one] end) | .kept;'

if [ -e "$record" ]; then
	by_value=
elif [ -n "$by_value" ]; then
	jq -s '{entries: ., made: null}' "$work/listed" >"$work/record"
else
	echo "there is no record $record: nothing was changed"
	exit 0
fi
[ -e "$managed" ] || fail "$managed is not there"
jq -n --slurpfile listed "$work/listed" --slurpfile managed "$work/managed" \
	--slurpfile record "$work/record" "$same"'
	($managed[0].exclusionSettings.exclusions // []) as $before |
	$record[0].entries as $ours | $record[0].made as $made |
	($listed | counts) as $wanted | ($before | counts) as $there |
	($ours | counts) as $recorded |
	[$ours[] | select(stands($wanted))] as $gone |
	[$ours[] | select(stands($wanted) | not)] as $left |
	($before | less($gone)) as $kept |
	($left == [] and $kept == []) as $empty |
	(if $before == [] then $managed[0]
	 elif $empty and ($made == "file" or $made == "settings") and
	      ($managed[0].exclusionSettings | keys) == ["exclusions"]
	 then $managed[0] | del(.exclusionSettings)
	 elif $empty and $made != null and $made != "none"
	 then $managed[0] | del(.exclusionSettings.exclusions)
	 else $managed[0] | .exclusionSettings.exclusions = $kept end) as $after |
	{after: $after, drop: ($made == "file" and $after == {}),
	 record: {entries: $left, made: $made},
	 may_be: $record[0], gone: [$gone[] | select(stands($there))],
	 stay: [$listed[] | select((stands($recorded) | not) and stands($there))]}' \
	>"$work/plan"

jq -r '(.stay[] | "stays, carveout did not add it here: " + tojson),
	(.gone[] | "taken away: " + tojson), "\(.gone | length) taken away"' "$work/plan"

[ -z "$dry" ] || exit 0

# Takes the place of the record, or removes one that says nothing.
keep() {
	if [ -n "$by_value" ]; then
		return
	fi
	mkdir -p -- "$(dirname -- "$record")"
	jq --arg part "$1" '.[$part]' "$work/plan" >"$record.new"
	if jq -e '.entries == []' "$record.new" >/dev/null; then
		rm -f -- "$record.new" "$record"
	else
		mv -f -- "$record.new" "$record"
	fi
}

keep may_be
if jq -e '.drop' "$work/plan" >/dev/null; then
	rm -f -- "$managed"
elif ! jq -e --slurpfile managed "$work/managed" '.after == $managed[0]' \
	"$work/plan" >/dev/null; then
	if [ -e "$managed" ]; then
		cp -p -- "$managed" "$managed.new"
	else
		: >"$managed.new"
		chmod 644 "$managed.new"
	fi
	jq '.after' "$work/plan" >"$managed.new"
	mv -f -- "$managed.new" "$managed"
fi
keep record
