#ifndef CDATAGRAM_H
#define CDATAGRAM_H
#endif
