-- CaBridge: EPICS Channel Access for Wireshark and tshark 4.0 to 4.6 (Lua 5.2 and 5.4).
--
-- Install by hand: copy this one file into the personal Lua plugins folder (Help > About Wireshark > Folders), that is
-- ~/.local/lib/wireshark/plugins on Linux and macOS, %APPDATA%\Wireshark\plugins on Windows; then start Wireshark again.
-- Statistics without the GUI: tshark -q -z cabridge,srt and tshark -q -z cabridge,pvs, each with ,FILTER if wanted.
--
-- How it works. A request and its reply, the name of a channel and the side that a message comes from can only be told by who has followed
-- the whole circuit. So the first pass over the packets feeds an engine, frame by frame and in the order of the capture: segments are put in
-- order, messages cut out, requests paired with replies. What it finds is kept by frame number. Every pass shows what the engine found, and
-- nothing else: whatever order Wireshark asks for packets in, and how often, the answers are the same.
--
-- Wireshark's own reassembly is not used: it hands no bytes to dissectors that came late or again, waits for ever for those that are missing,
-- and tells neither sequence numbers nor acknowledgements on a pass without a tree. The engine reads them from the frame's bytes.
--
--   1 Names            what numbers mean
--   2 Fields           protocol, fields, experts, preferences
--   3 Results          what the engine found, by message and frame
--   4 Recognition      which bytes are Channel Access
--   5 Operations       requests and replies of a circuit
--   6 Searches         requests and replies over UDP
--   7 Messages         byte stream to messages
--   8 Connections      segments to byte streams
--   9 Frames           frames to segments and datagrams
--  10 Display          trees and columns
--  11 Statistics       -z and menus
--  12 Registration

local VERSION = "1.0.0"

local is_gui = gui_enabled and gui_enabled() or false

if set_plugin_info then
    set_plugin_info({
        version = VERSION,
        description = "EPICS Channel Access: messages, PV names, requests linked to replies, response times",
        repository = "CaBridge",
    })
end

local byte, char, find, format, sub = string.byte, string.char, string.find, string.format, string.sub
local concat, insert, remove = table.concat, table.insert, table.remove
local floor, max, min = math.floor, math.max, math.min

--------------------------------------------------------------------------------------------------------------------------------------------
-- 1 Names
--------------------------------------------------------------------------------------------------------------------------------------------

local COMMANDS = {
    [0] = "VERSION", "EVENT_ADD", "EVENT_CANCEL", "READ", "WRITE", "SNAPSHOT", "SEARCH", "BUILD", "EVENTS_OFF", "EVENTS_ON",
    "READ_SYNC", "ERROR", "CLEAR_CHANNEL", "RSRV_IS_UP", "NOT_FOUND", "READ_NOTIFY", "READ_BUILD", "REPEATER_CONFIRM",
    "CREATE_CHAN", "WRITE_NOTIFY", "CLIENT_NAME", "HOST_NAME", "ACCESS_RIGHTS", "ECHO", "REPEATER_REGISTER", "SIGNAL",
    "CREATE_CH_FAIL", "SERVER_DISCONN",
}
local LAST_COMMAND = 27

local OPERATIONS = { "search", "connect", "create", "get", "put", "subscribe", "echo", "clear", "read" }
local SEARCH, CONNECT, CREATE, GET, PUT, SUBSCRIBE, ECHO, CLEAR, READ = 1, 2, 3, 4, 5, 6, 7, 8, 9

local UNKNOWN, CLIENT, SERVER = 0, 1, 2
local SENDERS = { [0] = "unknown", "client", "server" }

-- What a DBR type is (db_access.h: dbr_size, dbr_value_offset): name, form, element, bytes with one element, offset of the value.
local DBR = {}
local ELEMENT_SIZES = { text = 40, int16 = 2, float32 = 4, uint16 = 2, uint8 = 1, int32 = 4, float64 = 8 }
do
    local elements = { [0] = "text", "int16", "float32", "uint16", "uint8", "int32", "float64" }
    local words = { [0] = "STRING", "SHORT", "FLOAT", "ENUM", "CHAR", "LONG", "DOUBLE" }
    -- db_access.h has no graphic or control strings: servers send the status form
    local families = {
        [0] = { "", "plain", { 40, 2, 4, 2, 1, 4, 8 }, { 0, 0, 0, 0, 0, 0, 0 } },
        { "STS_", "status", { 44, 6, 8, 6, 6, 8, 16 }, { 4, 4, 4, 4, 5, 4, 8 } },
        { "TIME_", "time", { 52, 16, 16, 16, 16, 16, 24 }, { 12, 14, 12, 14, 15, 12, 16 } },
        { "GR_", "graphic", { 44, 26, 44, 424, 20, 40, 72 }, { 4, 24, 40, 422, 19, 36, 64 } },
        { "CTRL_", "control", { 44, 30, 52, 424, 22, 48, 88 }, { 4, 28, 48, 422, 21, 44, 80 } },
    }
    for family = 0, 4 do
        local prefix, form, sizes, offsets = families[family][1], families[family][2], families[family][3], families[family][4]
        for kind = 0, 6 do
            DBR[family * 7 + kind] = {
                name = "DBR_" .. prefix .. words[kind],
                form = (kind == 0 and family > 2) and "status" or form,
                element = elements[kind],
                size = sizes[kind + 1],
                offset = offsets[kind + 1],
            }
        end
    end
    DBR[35] = { name = "DBR_PUT_ACKT", form = "plain", element = "uint16", size = 2, offset = 0 }
    DBR[36] = { name = "DBR_PUT_ACKS", form = "plain", element = "uint16", size = 2, offset = 0 }
    DBR[37] = { name = "DBR_STSACK_STRING", form = "acknowledge", element = "text", size = 48, offset = 8 }
    DBR[38] = { name = "DBR_CLASS_NAME", form = "plain", element = "text", size = 40, offset = 0 }
    for type = 0, 38 do
        DBR[type].element_size = ELEMENT_SIZES[DBR[type].element]
    end
end
local DBR_COUNT = 39

-- caerr.h: message number in bits 3 to 15, severity in bits 0 to 2.
local ECA, SEVERITIES, FAILURES = {}, { [0] = "warning", "success", "error", "info", "severe", [6] = "fatal" }, {}
do
    local warning, success, severe, info, fatal = 0, 1, 2, 3, 6
    local names = {
        [0] = { "NORMAL", success }, { "MAXIOC", severe }, { "UKNHOST", severe }, { "UKNSERV", severe }, { "SOCK", severe },
        { "CONN", warning }, { "ALLOCMEM", warning }, { "UKNCHAN", warning }, { "UKNFIELD", warning }, { "TOLARGE", warning },
        { "TIMEOUT", warning }, { "NOSUPPORT", warning }, { "STRTOBIG", warning }, { "DISCONNCHID", severe }, { "BADTYPE", severe },
        { "CHIDNOTFND", info }, { "CHIDRETRY", info }, { "INTERNAL", fatal }, { "DBLCLFAIL", warning }, { "GETFAIL", warning },
        { "PUTFAIL", warning }, { "ADDFAIL", warning }, { "BADCOUNT", warning }, { "BADSTR", severe }, { "DISCONN", warning },
        { "DBLCHNL", warning }, { "EVDISALLOW", severe }, { "BUILDGET", warning }, { "NEEDSFP", warning }, { "OVEVFAIL", warning },
        { "BADMONID", severe }, { "NEWADDR", warning }, { "NEWCONN", info }, { "NOCACTX", warning }, { "DEFUNCT", fatal },
        { "EMPTYSTR", warning }, { "NOREPEATER", warning }, { "NOCHANMSG", warning }, { "DLCKREST", warning }, { "SERVBEHIND", warning },
        { "NOCAST", warning }, { "BADMASK", severe }, { "IODONE", info }, { "IOINPROGRESS", info }, { "BADSYNCGRP", severe },
        { "PUTCBINPROG", severe }, { "NORDACCESS", warning }, { "NOWTACCESS", warning }, { "ANACHRONISM", severe },
        { "NOSEARCHADDR", warning }, { "NOCONVERT", warning }, { "BADCHID", severe }, { "BADFUNCPTR", severe }, { "ISATTACHED", warning },
        { "UNAVAILINSERV", warning }, { "CHANDESTROY", warning }, { "BADPRIORITY", severe }, { "NOTTHREADED", severe },
        { "16KARRAYCLIENT", warning }, { "CONNSEQTMO", warning }, { "UNRESPTMO", warning },
    }
    for number = 0, 60 do
        ECA[number * 8 + names[number][2]] = "ECA_" .. names[number][1]
    end
end
local ECA_NORMAL = 1
local ECA_NORDACCESS, ECA_NOWTACCESS = 46 * 8, 47 * 8

local ALARM_STATUSES = {
    [0] = "NO_ALARM", "READ", "WRITE", "HIHI", "HIGH", "LOLO", "LOW", "STATE", "COS", "COMM", "TIMEOUT", "HWLIMIT", "CALC", "SCAN", "LINK",
    "SOFT", "BAD_SUB", "UDF", "DISABLE", "SIMM", "READ_ACCESS", "WRITE_ACCESS",
}
local ALARM_SEVERITIES = { [0] = "NO_ALARM", "MINOR", "MAJOR", "INVALID" }
local RIGHTS = { [0] = "none", "read", "write", "read|write" }
local EVENT_MASKS = {
    [0] = "0", "VALUE", "LOG", "VALUE|LOG", "ALARM", "VALUE|ALARM", "LOG|ALARM", "VALUE|LOG|ALARM", "PROPERTY", "VALUE|PROPERTY",
    "LOG|PROPERTY", "VALUE|LOG|PROPERTY", "ALARM|PROPERTY", "VALUE|ALARM|PROPERTY", "LOG|ALARM|PROPERTY", "VALUE|LOG|ALARM|PROPERTY",
}

--------------------------------------------------------------------------------------------------------------------------------------------
-- 2 Fields
--------------------------------------------------------------------------------------------------------------------------------------------

local made, ca = pcall(Proto, "ca", "EPICS Channel Access")
if not made then
    error("cabridge.lua is not loaded: a protocol named 'ca' is there already, from another plugin or a second copy of this file", 0)
end
local made_engine, engine = pcall(Proto, "cabridge", "EPICS Channel Access (follows circuits)")
if not made_engine then
    error("cabridge.lua is not loaded: a protocol named 'cabridge' is there already, perhaps from a second copy of this file", 0)
end

local F = {}
do
    local type_names = {}
    for type = 0, DBR_COUNT - 1 do
        type_names[type] = DBR[type].name
    end
    local P = ProtoField
    F.command = P.uint16("ca.command", "Command", base.DEC, COMMANDS)
    F.size_raw = P.uint16("ca.size.raw", "Payload size in the short header")
    F.type = P.uint16("ca.type", "Data type")
    F.count_raw = P.uint16("ca.count.raw", "Data count in the short header")
    F.p1 = P.uint32("ca.p1", "Parameter 1")
    F.p2 = P.uint32("ca.p2", "Parameter 2")
    F.size = P.uint32("ca.size", "Payload size")
    F.count = P.uint32("ca.count", "Data count")
    F.extended = P.bool("ca.extended", "Extended header")
    F.sender = P.string("ca.sender", "Sender")
    F.pv = P.string("ca.pv", "PV")
    F.cid = P.uint32("ca.cid", "Client's channel id (cid)")
    F.search_id = P.uint32("ca.search_id", "Search id (cid)")
    F.sid = P.uint32("ca.sid", "Server's channel id (sid)")
    F.ioid = P.uint32("ca.ioid", "Request id (ioid)")
    F.subscription = P.uint32("ca.subscription", "Subscription id")
    F.status = P.uint32("ca.status", "Status", base.DEC, ECA)
    F.status_severity = P.uint8("ca.status.severity", "Severity", base.DEC, SEVERITIES)
    F.priority = P.uint16("ca.priority", "Priority")
    F.minor_version = P.uint32("ca.minor_version", "Minor version")
    F.access_rights = P.uint32("ca.access_rights", "Access rights", base.DEC, RIGHTS)
    F.user = P.string("ca.user", "User")
    F.host = P.string("ca.host", "Host")
    F.client_name = P.string("ca.client_name", "User name told")
    F.host_name = P.string("ca.host_name", "Host name told")
    F.operation = P.string("ca.operation", "Operation")
    F.outcome = P.string("ca.outcome", "Outcome")
    F.response_in = P.framenum("ca.response_in", "Response in", base.NONE, frametype.RESPONSE)
    F.response_to = P.framenum("ca.response_to", "Response to", base.NONE, frametype.REQUEST)
    F.time = P.relative_time("ca.time", "Response time")
    F.no_response = P.bool("ca.no_response", "No response")
    F.first_try = P.framenum("ca.search.first", "First request of this search", base.NONE, frametype.REQUEST)
    F.reply_wanted = P.bool("ca.reply_wanted", "Reply wanted if there is no such channel")
    F.sequence = P.uint32("ca.sequence", "Sequence number of the datagram")
    F.sequence_valid = P.bool("ca.sequence.valid", "Sequence number valid")
    F.server_port = P.uint16("ca.server_port", "Server's TCP port")
    F.server_address = P.string("ca.server_address", "Server's address")
    F.address = P.string("ca.address", "Address")
    F.beacon_id = P.uint32("ca.beacon.id", "Beacon id")
    F.mask = P.uint16("ca.event_mask", "Event mask", base.HEX, EVENT_MASKS)
    F.confirms = P.string("ca.confirms", "Confirms")
    F.error_text = P.string("ca.error.text", "Error")
    F.error_command = P.uint16("ca.error.command", "Command that failed", base.DEC, COMMANDS)
    F.error_size = P.uint32("ca.error.size", "Payload size")
    F.error_type = P.uint16("ca.error.type", "Data type")
    F.error_count = P.uint32("ca.error.count", "Data count")
    F.error_p1 = P.uint32("ca.error.p1", "Parameter 1")
    F.error_p2 = P.uint32("ca.error.p2", "Parameter 2")
    F.dbr_type = P.uint16("ca.dbr.type", "DBR type", base.DEC, type_names)
    F.alarm_status = P.uint16("ca.dbr.alarm_status", "Alarm status", base.DEC, ALARM_STATUSES)
    F.alarm_severity = P.uint16("ca.dbr.alarm_severity", "Alarm severity", base.DEC, ALARM_SEVERITIES)
    F.ackt = P.uint16("ca.dbr.ackt", "Transient alarms to be acknowledged")
    F.acks = P.uint16("ca.dbr.acks", "Severity to be acknowledged", base.DEC, ALARM_SEVERITIES)
    F.stamp = P.absolute_time("ca.dbr.stamp", "Time stamp", base.UTC)
    F.precision = P.int16("ca.dbr.precision", "Precision")
    F.units = P.string("ca.dbr.units", "Units")
    F.enum_string = P.string("ca.dbr.enum_string", "State")
    local limits = {
        "upper_display", "lower_display", "upper_alarm", "upper_warning", "lower_warning", "lower_alarm", "upper_control", "lower_control",
    }
    F.limits = {}
    for i, name in ipairs(limits) do
        F.limits[i] = P.double("ca.dbr." .. name, "Limit, " .. name:gsub("_", " "))
    end
    F.value = P.string("ca.value", "Value")
    F.number = P.double("ca.value.number", "Element")
    F.text = P.string("ca.value.text", "Element")
    F.truncated = P.bool("ca.value.truncated", "Value truncated")
    F.gap = P.bool("ca.gap", "Bytes missing in the capture")
    F.data = P.bytes("ca.data", "Payload")

    local fields = {}
    for name, field in pairs(F) do
        if name ~= "limits" then
            fields[#fields + 1] = field
        end
    end
    for _, field in ipairs(F.limits) do
        fields[#fields + 1] = field
    end
    ca.fields = fields
end

local X = {
    failed = ProtoExpert.new("ca.expert.failed", "Request failed", expert.group.RESPONSE_CODE, expert.severity.WARN),
    denied = ProtoExpert.new("ca.expert.denied", "Access denied", expert.group.SECURITY, expert.severity.WARN),
    slow = ProtoExpert.new("ca.expert.slow", "Slow response", expert.group.RESPONSE_CODE, expert.severity.NOTE),
    no_response = ProtoExpert.new("ca.expert.no_response", "No response", expert.group.SEQUENCE, expert.severity.WARN),
    disconnected = ProtoExpert.new("ca.expert.disconnected", "Channel ended by the server", expert.group.SEQUENCE, expert.severity.NOTE),
    gap = ProtoExpert.new("ca.expert.gap", "Bytes of this message are missing in the capture", expert.group.SEQUENCE, expert.severity.NOTE),
    malformed = ProtoExpert.new("ca.expert.malformed", "Value shorter than type and count say", expert.group.MALFORMED, expert.severity.NOTE),
}
do
    local experts = {}
    for _, one in pairs(X) do
        experts[#experts + 1] = one
    end
    ca.experts = experts
end

ca.prefs.tcp_ports = Pref.range("TCP ports", "5064", "Ports of servers (EPICS_CA_SERVER_PORT); other ports are recognised by what they carry", 65535)
ca.prefs.udp_ports = Pref.range("UDP ports", "5064-5065", "Ports of searches and beacons (EPICS_CA_REPEATER_PORT)", 65535)
ca.prefs.slow_reply = Pref.uint("Slow response (ms)", 100, "A response that takes longer gets an expert note; 0 for none")
ca.prefs.timeout = Pref.uint("Timeout (s)", 30, "A request without response counts as unanswered after so long")
ca.prefs.max_elements = Pref.uint("Elements shown", 100, "Elements of an array that are shown one by one, and in the summary of the value")

local timeout = 30e9

--------------------------------------------------------------------------------------------------------------------------------------------
-- 3 Results
--------------------------------------------------------------------------------------------------------------------------------------------

-- Of message i. Arrays and not a table for each message: there may be millions.
local m_key         -- 256 x the frame that completed it + sender + 4 over UDP + 8 if bytes are missing + 16 x operation
local m_pv          -- the PV's name, or false
local m_link        -- sparse: the frame of the request or reply that belongs to it
local m_latency     -- sparse: of a reply, nanoseconds since its request
local m_outcome     -- sparse: what became of a request, where that is not 'answered'
local m_first       -- sparse: of a repeated search, the frame of the first request
local m_server      -- sparse: of a search reply, the server that it tells
local m_place       -- sparse: where it lies in the frame's bytes, from 0; a string: the message itself, as far as it was kept;
                    -- nil: at frame_place if it is the frame's first, else right behind the one before
local messages      -- how many

local frame_first   -- first message of a frame; those of the same frame follow
local frame_more    -- sparse: first messages of further runs of the frame
local frame_place   -- where the first one lies
local frame_circuit -- the circuit; of a datagram its origin
local frame_connect -- sparse: SYN and SYN/ACK of circuits
local added_frame, next_place   -- the frame of the message added last, and where it ends; nil if its bytes are not the frame's

-- Time is nanoseconds since the first frame: exact in a double for 104 days. Wireshark tells it as seconds, which is exact for 48 days.
local now_time, now_frame
local finished      -- whether the recording is known to have ended

local function frame_of(i)
    return floor(m_key[i] / 256)
end

local function circuit_of(i)
    return frame_circuit[floor(m_key[i] / 256)]
end

local function operation_of(i)
    return floor(m_key[i] % 256 / 16)
end

-- `place` is where its bytes lie in the frame; nil if they do not, then `kept` has them.
local function add_message(frame, place, kept, length, head, circuit)
    local i = messages + 1
    messages = i
    m_key[i], m_pv[i] = frame * 256 + head, false
    if frame == added_frame then
        if place ~= next_place or not place then
            m_place[i] = place or kept
        end
    elseif frame_first[frame] then
        local more = frame_more[frame] or {}
        more[#more + 1] = i
        frame_more[frame] = more
        m_place[i] = place or kept
    else
        frame_first[frame], frame_circuit[frame] = i, circuit
        if place then
            frame_place[frame] = place
        else
            m_place[i] = kept
        end
    end
    added_frame, next_place = frame, place and place + length
    return i
end

local function note_operation(i, operation)
    m_key[i] = m_key[i] + 16 * (operation - operation_of(i))
end

--------------------------------------------------------------------------------------------------------------------------------------------
-- 4 Recognition
--------------------------------------------------------------------------------------------------------------------------------------------

local STRONG, ENOUGH, ENOUGH_MID_STREAM, MAX_NAME, MAX_MINOR = 2, 4, 8, 16384, 63
local tcp_ports, udp_ports = {}, {}
local learned_servers, learned_datagrams
local read_header, is_possible, only_sender, follow, find_boundary, pass_remains, tell_sender, can_begin, has_plausible_text, port_of,
    is_datagram_endpoint, advertised, is_search_request, learn
do

-- How surely a header is one. The forms are those of libca and rsrv.
local WEAK, CERTAIN = 1, 4
local MAX_TEXT, MAX_PAYLOAD, MAX_PRIORITY = 1024, 2 ^ 30, 99
local MAX_CHAIN = 8

-- Reads a header at str[i]; nil where it is not whole before `last`.
function read_header(str, i, last)
    if i + 15 > last then
        return nil
    end
    local c1, c2, s1, s2, t1, t2, n1, n2, a1, a2, a3, a4, b1, b2, b3, b4 = byte(str, i, i + 15)
    local size, count, length = s1 * 256 + s2, n1 * 256 + n2, 16
    if size == 65535 then
        if i + 23 > last then
            return nil
        end
        local e1, e2, e3, e4, f1, f2, f3, f4 = byte(str, i + 16, i + 23)
        size, count, length = ((e1 * 256 + e2) * 256 + e3) * 256 + e4, ((f1 * 256 + f2) * 256 + f3) * 256 + f4, 24
    end
    return c1 * 256 + c2, size, t1 * 256 + t2, count, ((a1 * 256 + a2) * 256 + a3) * 256 + a4, ((b1 * 256 + b2) * 256 + b3) * 256 + b4, length
end

function is_possible(command, size)
    return command <= LAST_COMMAND and size % 8 == 0 and size <= MAX_PAYLOAD
end

local function is_status(status)
    return status < 512 and status % 8 ~= 5 and status % 8 ~= 7
end

local function judge_version(size, dtype, count, p1, p2)
    return (size == 0 and dtype <= MAX_PRIORITY and count > 0 and count <= MAX_MINOR and p1 == 0 and p2 == 0) and STRONG or 0
end

local function judge_data(size, dtype, count)
    local layout = DBR[dtype]
    if not layout then
        return 0
    end
    local expected = floor((layout.size + (max(count, 1) - 1) * layout.element_size + 7) / 8) * 8
    if size == expected then
        return count > 0 and CERTAIN or WEAK
    end
    -- A scalar STRING is cut at its NUL; count 0 with data has been seen from real servers; a failed reply may be empty.
    local shorter = size < expected and (count == 1 or size == 0)
    local longer = size > expected and size <= expected + MAX_TEXT
    return (shorter or longer or count == 0) and WEAK or 0
end

local function judge_bare(size, dtype, count, p1, p2)
    return (size == 0 and dtype == 0 and count == 0 and p1 == 0 and p2 == 0) and WEAK or 0
end

local function judge_empty(size)
    return size == 0 and WEAK or 0
end

local function judge_clear(size, dtype, count)
    return (size == 0 and dtype == 0 and count == 0) and WEAK or 0
end

local function judge_ask(size, dtype)
    return (size == 0 and dtype < DBR_COUNT) and WEAK or 0
end

local function judge_name(size, dtype, count, p1, p2)
    return (size > 0 and size <= MAX_TEXT and dtype == 0 and count == 0 and p1 == 0 and p2 == 0) and CERTAIN or 0
end

local FROM_CLIENT = {
    [0] = judge_version,
    [1] = function(size, dtype) return (size == 16 and dtype < DBR_COUNT) and STRONG or 0 end,
    [2] = judge_ask, [3] = judge_ask, [4] = judge_data, [5] = judge_empty,
    [6] = function(size, dtype, count, p1, p2)
        return (size > 0 and size <= MAX_NAME and (dtype == 5 or dtype == 10) and p1 == p2 and count <= MAX_MINOR) and CERTAIN or 0
    end,
    [7] = judge_empty, [8] = judge_bare, [9] = judge_bare, [10] = judge_bare, [12] = judge_clear, [15] = judge_ask, [16] = judge_empty,
    [18] = function(size, dtype, count, _, p2)
        return (size > 0 and size <= MAX_NAME and dtype == 0 and count == 0 and p2 <= MAX_MINOR) and CERTAIN or 0
    end,
    [19] = judge_data, [20] = judge_name, [21] = judge_name, [23] = judge_bare, [25] = judge_empty,
}

local FROM_SERVER = {
    [0] = judge_version,
    [1] = function(size, dtype, count, p1)
        if size == 0 then
            return dtype < DBR_COUNT and WEAK or 0
        end
        return is_status(p1) and judge_data(size, dtype, count) or 0
    end,
    [3] = judge_data,
    [6] = function(size, dtype, count, p1) return ((size == 0 or size == 8) and dtype ~= 0 and count == 0 and p1 ~= 0) and WEAK or 0 end,
    [10] = judge_bare,
    [11] = function(size, _, _, _, p2) return (size >= 16 and is_status(p2)) and STRONG or 0 end,
    [12] = judge_clear,
    [14] = function(_, dtype, _, p1, p2) return ((dtype == 5 or dtype == 10) and p1 == p2) and STRONG or 0 end,
    [15] = function(size, dtype, count, p1) return is_status(p1) and judge_data(size, dtype, count) or 0 end,
    [16] = judge_empty,
    [18] = function(size, dtype) return (size == 0 and (dtype <= 6 or dtype == 65535)) and STRONG or 0 end,
    [19] = function(size, dtype, _, p1) return (size == 0 and dtype < DBR_COUNT and is_status(p1)) and STRONG or 0 end,
    [22] = function(size, dtype, count, _, p2) return (size == 0 and dtype == 0 and count == 0 and p2 <= 3) and STRONG or 0 end,
    [23] = judge_bare, [25] = judge_empty, [26] = judge_clear, [27] = judge_clear,
}

-- What speaks for a header from that sender; of an unknown one the better of both.
local function judge(sender, command, size, dtype, count, p1, p2)
    if not is_possible(command, size) then
        return 0
    end
    local client = sender ~= SERVER and FROM_CLIENT[command]
    local server = sender ~= CLIENT and FROM_SERVER[command]
    return max(client and client(size, dtype, count, p1, p2) or 0, server and server(size, dtype, count, p1, p2) or 0)
end

-- Who alone can have sent this header.
function only_sender(command, size, dtype, count, p1, p2)
    local client = judge(CLIENT, command, size, dtype, count, p1, p2)
    local server = judge(SERVER, command, size, dtype, count, p1, p2)
    if client >= STRONG and server == 0 then
        return CLIENT
    end
    return (client == 0 and server >= STRONG) and SERVER or UNKNOWN
end

-- Names, users and hosts are printable and end with NUL; padding is not looked at.
function has_plausible_text(command, size, dtype, str, from, last)
    if size == 0 or not (command == 18 or command == 20 or command == 21 or (command == 6 and (dtype == 5 or dtype == 10))) then
        return true
    end
    last = min(last, from + size - 1)
    local nul = find(str, "\0", from, true)
    local stop = (nul and nul <= last) and nul - 1 or last
    local control = find(str, "[\1-\31]", from)
    if control and control <= stop then
        return false
    end
    return stop >= from or last < from or command == 20 or command == 21
end

function can_begin(str, i, last)
    return (i > last or byte(str, i) == 0) and (i + 1 > last or byte(str, i + 1) <= LAST_COMMAND)
end

-- Follows headers from str[i], each where the one before says it is.
-- Returns points, messages, whether a header could not be one, and whether the bytes end where a message ends.
function follow(str, i, last, sender, at_start)
    local points, count_seen, at = 0, 0, i
    while count_seen < MAX_CHAIN do
        local command, size, dtype, count, p1, p2, length = read_header(str, at, last)
        if not command then
            break
        end
        local evidence = judge(sender, command, size, dtype, count, p1, p2)
        local late = command == 0 and (count_seen > 0 or not at_start)
        if evidence == 0 or late or not has_plausible_text(command, size, dtype, str, at + length, last) then
            return points, count_seen, true, false
        end
        points = points + ((at_start and evidence == WEAK) and 0 or evidence)
        count_seen = count_seen + 1
        at = at + length + size
        if at > last then
            return points, count_seen, false, at == last + 1
        end
    end
    return points, count_seen, not can_begin(str, at, last), false
end

-- Finds where a message begins, from str[i + first] on in steps of 8. Returns the offset from i, or nil.
function find_boundary(str, i, last, sender, first)
    for offset = first, last - i - 15, 8 do
        local c1, c2 = byte(str, i + offset, i + offset + 1)
        if c1 == 0 and c2 <= LAST_COMMAND then
            local points, count_seen, contradicted, ends = follow(str, i + offset, last, sender, false)
            if not contradicted and count_seen > 0 then
                -- A segment that is a whole number of messages speaks for itself; inside of payload more is asked for.
                if offset == 0 and (ends or points >= ENOUGH) or offset > 0 and points >= ENOUGH and (ends or count_seen > 1) then
                    return offset
                end
            end
        end
    end
    return nil
end

-- rsrv sends a STRING's 40 bytes with whatever its buffer had behind the text, often the end of an earlier reply: passes over messages that
-- lie whole in those bytes. A segment of nothing but such messages is believed.
function pass_remains(str, i, last, start, remains_end)
    local at, length_all = start, last - i + 1
    while true do
        local command, size, _, _, _, _, length = read_header(str, i + at, last)
        if not command or at + length + size > min(remains_end, length_all) then
            break
        end
        at = at + length + size
    end
    return (start == 0 and at == length_all) and start or at
end

-- The one form that both sides share, 16 bytes of payload: a request has three floats that libca leaves 0, then a mask; an update of the types
-- with a time stamp has the time there.
local function tell_event_add(dtype, str, from)
    local mask = byte(str, from + 12) * 256 + byte(str, from + 13)
    if mask > 0 and mask <= 15 and sub(str, from, from + 11) == "\0\0\0\0\0\0\0\0\0\0\0\0" and sub(str, from + 14, from + 15) == "\0\0" then
        return CLIENT
    end
    return (dtype >= 15 and dtype <= 19 and sub(str, from + 4, from + 7) ~= "\0\0\0\0") and SERVER or UNKNOWN
end

-- Who must have sent these messages, by the first of them that only one side sends.
function tell_sender(str, i, last)
    while true do
        local command, size, dtype, count, p1, p2, length = read_header(str, i, last)
        if not command or judge(UNKNOWN, command, size, dtype, count, p1, p2) == 0 then
            return UNKNOWN
        end
        local sender = only_sender(command, size, dtype, count, p1, p2)
        local next_one = i + length + size
        if sender == UNKNOWN and command == 1 and size == 16 and next_one <= last + 1 then
            sender = tell_event_add(dtype, str, i + length)
        end
        if sender ~= UNKNOWN or next_one > last then
            return sender
        end
        i = next_one
    end
end

-- Who has been seen to speak Channel Access. An endpoint is the bytes of its address and port.
tcp_ports, udp_ports = { [5064] = true }, { [5064] = true, [5065] = true }

function port_of(endpoint)
    return byte(endpoint, -2) * 256 + byte(endpoint, -1)
end

function is_datagram_endpoint(endpoint)
    return udp_ports[port_of(endpoint)] or learned_datagrams[endpoint] or false
end

-- Where a search reply or a beacon says that circuits are accepted.
function advertised(address, port, sender)
    local port_bytes = char(floor(port / 256) % 256, port % 256)
    if address == 0 or address == 4294967295 then
        return sub(sender, 1, -3) .. port_bytes
    end
    return char(floor(address / 16777216), floor(address / 65536) % 256, floor(address / 256) % 256, address % 256) .. port_bytes
end

function is_search_request(size, dtype, p1, p2)
    return size > 0 and (dtype == 5 or dtype == 10) and p1 == p2
end

-- A SEARCH, its reply or a beacon tells who speaks Channel Access.
function learn(over_udp, source, command, size, dtype, count, p1, p2)
    if command == 13 then
        learned_servers[advertised(p2, count == 0 and 5064 or count % 65536, source)] = true
    elseif command == 6 then
        if not is_search_request(size, dtype, p1, p2) then
            learned_servers[advertised(p1, dtype, source)] = true
        end
        if over_udp then
            learned_datagrams[source] = true
        end
    end
end
end

--------------------------------------------------------------------------------------------------------------------------------------------
-- 5 Operations
--------------------------------------------------------------------------------------------------------------------------------------------

local no_request, whole_text, new_operations, take_request, take_reply, is_due, close_operations
do

-- A request that waits is { message, operation, time, sid }. It is kept under
--   cid (CREATE_CHAN, CLEAR_CHANNEL), ioid (READ, READ_NOTIFY, WRITE_NOTIFY), subscription id (EVENT_ADD), or in order (ECHO, READ_SYNC).

local ECHO_PATIENCE = 5e9

function new_operations()
    return {
        by_cid = {},        -- cid -> { pv, request or nil while connected, sid or nil }
        by_sid = {},        -- sid -> { cid, pv, cleared, monitors }
        by_ioid = {},       -- ioid -> request
        open = 0,           -- how many of them
        subscriptions = {}, -- subscription id -> { request, updated, cancelled, pv, channel }
        clears = {},        -- cid -> request
        echoes = {}, first_echo = 1, last_echo = 0,
        client_gap_at = nil, echoes_before_gap = 0,
    }
end

local function may_have_missed_reply(c, time)
    return c.server_hidden or time <= c.last_server_gap
end

-- No reply will come, or be waited for. Where the capture missed what the server sent, that may have been the reply.
local function end_unanswered(c, request, outcome, time)
    local asked = request[3]
    m_outcome[request[1]] = may_have_missed_reply(c, asked) and "lost_in_gap" or time - asked > timeout and "timed_out" or outcome
end

-- Message i is the reply.
local function end_request(c, request, i, outcome, time)
    local operation, asked, asking = request[2], request[3], request[1]
    if (operation == CREATE or operation == CLEAR) and may_have_missed_reply(c, asked) and asked <= c.last_client_gap then
        end_unanswered(c, request, "lost_in_gap", time)
        return
    end
    local latency = max(0, time - asked)
    m_link[asking], m_link[i], m_latency[i] = frame_of(i), frame_of(asking), latency
    if latency > timeout then
        outcome = "timed_out"
    end
    if outcome ~= "answered" then
        m_outcome[asking], m_outcome[i] = outcome, outcome
    end
end

function no_request(i)
    m_outcome[i] = "no_request"
end

local function outcome_of(status)
    return status == ECA_NORMAL and "answered" or "failed"
end

local function pv_of_sid(o, sid)
    local channel = o.by_sid[sid]
    return channel and not channel.cleared and channel.pv or nil
end

local function pv_of_cid(o, cid)
    local channel = o.by_cid[cid]
    return channel and channel.pv or nil
end

local function unlist(subscription, id)
    if subscription.channel and subscription.channel.monitors then
        subscription.channel.monitors[id] = nil
    end
end

-- The server is done with a channel: nothing that it has open will be answered.
local function end_channel(c, o, sid, cid, time)
    local channel = o.by_sid[sid]
    if not channel or not (channel.cleared or channel.cid == cid) then
        return
    end
    o.by_sid[sid] = nil
    if o.open > 0 then
        for ioid, request in pairs(o.by_ioid) do
            if request[4] == sid then
                o.by_ioid[ioid] = nil
                o.open = o.open - 1
                end_unanswered(c, request, "circuit_closed", time)
            end
        end
    end
    if channel.monitors then
        for id in pairs(channel.monitors) do
            local subscription = o.subscriptions[id]
            o.subscriptions[id] = nil
            if subscription and not subscription.updated then
                end_unanswered(c, subscription.request, "circuit_closed", time)
            end
        end
    end
end

-- The client does not know the channel any more; a CREATE_CHAN that waits is of another one.
local function forget_cid(o, sid, cid)
    local channel = o.by_cid[cid]
    if channel and channel.sid == sid and not channel.request then
        o.by_cid[cid] = nil
    end
end

local function end_cleared(c, o, cid, time)
    local clear = o.clears[cid]
    if clear then
        end_channel(c, o, clear[4], cid, time)
    end
end

local function start_channel(c, o, sid, cid, pv, time)
    end_cleared(c, o, cid, time)
    local before = o.by_sid[sid]
    if before then
        end_channel(c, o, sid, before.cid, time)
        if before.cid ~= cid then
            forget_cid(o, sid, before.cid)
        end
    end
    o.by_sid[sid] = { cid = cid, pv = pv, cleared = false }
end

local function ask(c, o, i, operation, sid, ioid, time)
    note_operation(i, operation)
    local before = o.by_ioid[ioid]
    if before then
        end_unanswered(c, before, "pending", time)
    else
        o.open = o.open + 1
    end
    o.by_ioid[ioid] = { i, operation, time, sid }
    return pv_of_sid(o, sid)
end

local function answer(c, o, i, operation, ioid, status, time)
    note_operation(i, operation)
    local request = o.by_ioid[ioid]
    if not request or request[2] ~= operation then
        no_request(i)
        return nil
    end
    o.by_ioid[ioid] = nil
    o.open = o.open - 1
    end_request(c, request, i, outcome_of(status), time)
    return m_pv[request[1]] or nil
end

local function subscribe(c, o, i, sid, id, time)
    note_operation(i, SUBSCRIBE)
    local before = o.subscriptions[id]
    if before then
        unlist(before, id)
        if not before.updated then
            end_unanswered(c, before.request, "pending", time)
        end
    end
    local pv, channel = pv_of_sid(o, sid), o.by_sid[sid]
    o.subscriptions[id] = { request = { i, SUBSCRIBE, time, sid }, updated = false, cancelled = false, pv = pv, channel = channel }
    if channel then
        channel.monitors = channel.monitors or {}
        channel.monitors[id] = true
    end
    return pv
end

local function update(c, o, i, status, id, is_empty, time)
    local subscription = o.subscriptions[id]
    if not subscription then
        if not is_empty then
            note_operation(i, SUBSCRIBE)
            no_request(i)
            o.subscriptions[id] = { updated = true, cancelled = false }
        end
        return nil
    end
    local pv = subscription.pv
    local sid = subscription.request and subscription.request[4] or 0
    if is_empty and (subscription.cancelled or (status == sid and status ~= ECA_NORMAL)) then
        if not subscription.updated then
            end_unanswered(c, subscription.request, "circuit_closed", time)
        end
        unlist(subscription, id)
        o.subscriptions[id] = nil
        return pv
    end
    if not subscription.updated then
        subscription.updated = true
        note_operation(i, SUBSCRIBE)
        -- Where the capture missed bytes of the server since EVENT_ADD, they may have held the first update.
        if may_have_missed_reply(c, subscription.request[3]) then
            end_unanswered(c, subscription.request, "lost_in_gap", time)
        else
            end_request(c, subscription.request, i, outcome_of(status), time)
        end
    end
    return pv
end

-- Order is all that pairs echoes. Where a reply to the first that waits may be missing, or a request before it, all end as lost.
local function answer_echo(c, o, i, command, time)
    note_operation(i, ECHO)
    local request = o.echoes[o.first_echo]
    if not request then
        o.client_gap_at = nil
        no_request(i)
        return
    end
    local after_unseen = o.client_gap_at and o.echoes_before_gap == 0 and request[3] - o.client_gap_at <= ECHO_PATIENCE
    if after_unseen or may_have_missed_reply(c, request[3]) then
        o.client_gap_at = nil
        for at = o.first_echo, o.last_echo do
            end_unanswered(c, o.echoes[at], "lost_in_gap", time)
        end
        o.echoes, o.first_echo, o.last_echo = {}, 1, 0
    elseif request[4] ~= command then
        no_request(i)
    else
        o.echoes[o.first_echo] = nil
        o.first_echo = o.first_echo + 1
        o.echoes_before_gap = o.echoes_before_gap - 1
        end_request(c, request, i, "answered", time)
    end
end

local function create(c, o, i, cid, pv, time)
    note_operation(i, CREATE)
    local channel = o.by_cid[cid]
    if not channel then
        channel = {}
        o.by_cid[cid] = channel
    elseif channel.request then
        end_unanswered(c, channel.request, "pending", time)
    end
    channel.pv, channel.request = pv, { i, CREATE, time, 0 }
    return pv
end

local function created(c, o, i, cid, sid, time)
    local channel = o.by_cid[cid]
    if not channel then
        note_operation(i, CREATE)
        no_request(i)
        o.by_cid[cid] = { sid = sid }
        start_channel(c, o, sid, cid, nil, time)
        return nil
    end
    local request = channel.request
    if not request then
        return channel.pv
    end
    note_operation(i, CREATE)
    if channel.sid then
        -- The cid came again although neither CLEAR_CHANNEL nor SERVER_DISCONN was seen.
        end_channel(c, o, channel.sid, cid, time)
    end
    channel.request, channel.sid = nil, sid
    start_channel(c, o, sid, cid, channel.pv, time)
    end_request(c, request, i, "answered", time)
    return channel.pv
end

local function create_failed(c, o, i, cid, time)
    note_operation(i, CREATE)
    local channel = o.by_cid[cid]
    if not channel then
        no_request(i)
        return nil
    end
    o.by_cid[cid] = nil
    if channel.request then
        end_request(c, channel.request, i, "failed", time)
    end
    if channel.sid then
        end_channel(c, o, channel.sid, cid, time)
    end
    return channel.pv
end

local function disconnected(c, o, cid, time)
    local channel = o.by_cid[cid]
    if not channel then
        end_cleared(c, o, cid, time)
        return nil
    end
    o.by_cid[cid] = nil
    if channel.request then
        end_unanswered(c, channel.request, "circuit_closed", time)
    end
    if channel.sid then
        end_channel(c, o, channel.sid, cid, time)
    end
    return channel.pv
end

local function clear(c, o, i, sid, cid, time)
    note_operation(i, CLEAR)
    local pv = pv_of_sid(o, sid) or pv_of_cid(o, cid)
    forget_cid(o, sid, cid)
    local channel = o.by_sid[sid]
    if channel then
        channel.cleared = true
    end
    local before = o.clears[cid]
    if before then
        end_unanswered(c, before, "pending", time)
        if before[4] ~= sid then
            end_channel(c, o, before[4], cid, time)
        end
    end
    o.clears[cid] = { i, CLEAR, time, sid }
    return pv
end

local function cleared(c, o, i, sid, cid, time)
    note_operation(i, CLEAR)
    local request, pv = o.clears[cid], nil
    if request then
        o.clears[cid] = nil
        pv = m_pv[request[1]] or nil
        end_request(c, request, i, "answered", time)
        end_channel(c, o, request[4], cid, time)
    else
        no_request(i)
        forget_cid(o, sid, cid)
    end
    end_channel(c, o, sid, cid, time)
    return pv
end

-- ERROR carries the header of the request that failed.
local function fail(c, o, i, cid, status, str, from, last, time)
    local by_cid = pv_of_cid(o, cid)
    local command, _, _, _, p1, p2 = read_header(str, from, last)
    if command == 3 then
        return answer(c, o, i, READ, p2, status, time) or by_cid
    elseif command == 15 then
        return answer(c, o, i, GET, p2, status, time) or by_cid
    elseif command == 19 then
        return answer(c, o, i, PUT, p2, status, time) or by_cid
    elseif command == 18 then
        return create_failed(c, o, i, p1, time) or by_cid
    elseif command == 1 then
        local subscription = o.subscriptions[p2]
        if not subscription then
            return by_cid
        end
        if not subscription.updated then
            note_operation(i, SUBSCRIBE)
            end_request(c, subscription.request, i, "failed", time)
        end
        unlist(subscription, p2)
        o.subscriptions[p2] = nil
        return subscription.pv or by_cid
    elseif command == 12 then
        local request = o.clears[p2]
        if not request then
            return by_cid
        end
        o.clears[p2] = nil
        note_operation(i, CLEAR)
        end_request(c, request, i, "failed", time)
        end_channel(c, o, request[4], p2, time)
        return m_pv[request[1]] or by_cid
    elseif command then
        return by_cid or pv_of_sid(o, p1)
    end
    return by_cid
end

-- A text at the beginning of a payload; nil where a gap cut it before its NUL.
function whole_text(str, from, last, has_gap)
    local nul = find(str, "\0", from, true)
    if nul and nul <= last then
        return sub(str, from, nul - 1)
    end
    return not has_gap and sub(str, from, last) or nil
end

-- Both take message i and return the PV that it is about, if that can be told. Its payload is str[from..last].
function take_request(c, o, i, command, p1, p2, str, from, last, has_gap, time)
    if command == 15 then
        return ask(c, o, i, GET, p1, p2, time)
    elseif command == 19 then
        return ask(c, o, i, PUT, p1, p2, time)
    elseif command == 3 then
        return ask(c, o, i, READ, p1, p2, time)
    elseif command == 4 then
        return pv_of_sid(o, p1)
    elseif command == 1 then
        return subscribe(c, o, i, p1, p2, time)
    elseif command == 2 then
        local subscription = o.subscriptions[p2]
        if subscription then
            subscription.cancelled = true
        end
        return pv_of_sid(o, p1)
    elseif command == 18 then
        local name = whole_text(str, from, last, has_gap)
        return create(c, o, i, p1, name and sub(name, 1, MAX_NAME), time)
    elseif command == 12 then
        return clear(c, o, i, p1, p2, time)
    elseif command == 10 or command == 23 then
        note_operation(i, ECHO)
        o.last_echo = o.last_echo + 1
        o.echoes[o.last_echo] = { i, ECHO, time, command }
    elseif command == 20 then
        c.user = whole_text(str, from, last, has_gap) or c.user
    elseif command == 21 then
        c.host = whole_text(str, from, last, has_gap) or c.host
    end
    return nil
end

function take_reply(c, o, i, command, size, p1, p2, str, from, last, time)
    if command == 1 then
        return update(c, o, i, p1, p2, size == 0, time)
    elseif command == 15 then
        return answer(c, o, i, GET, p2, p1, time)
    elseif command == 19 then
        return answer(c, o, i, PUT, p2, p1, time)
    elseif command == 18 then
        return created(c, o, i, p1, p2, time)
    elseif command == 22 then
        return pv_of_cid(o, p1)
    elseif command == 3 then
        return answer(c, o, i, READ, p2, ECA_NORMAL, time) or pv_of_cid(o, p1)
    elseif command == 10 or command == 23 then
        answer_echo(c, o, i, command, time)
    elseif command == 11 then
        return fail(c, o, i, p1, p2, str, from, last, time)
    elseif command == 12 then
        return cleared(c, o, i, p1, p2, time)
    elseif command == 26 then
        return create_failed(c, o, i, p1, time)
    elseif command == 27 then
        return disconnected(c, o, p1, time)
    end
    return nil
end

-- Whether a message fits what is open: a reply to a request that waits, or a request that names a known channel and a free id.
function is_due(o, sender, command, p1, p2)
    local function has_channel(sid)
        local channel = o.by_sid[sid]
        return channel and not channel.cleared
    end
    if sender == SERVER then
        if command == 18 or command == 26 or command == 22 then
            return o.by_cid[p1] and o.by_cid[p1].request
        elseif command == 15 or command == 19 or command == 3 then
            return o.by_ioid[p2]
        elseif command == 1 then
            return o.subscriptions[p2]
        elseif command == 10 or command == 23 then
            return o.echoes[o.first_echo]
        end
        return command == 12 and o.clears[p2]
    elseif sender == CLIENT then
        if command == 15 or command == 19 or command == 3 then
            return has_channel(p1) and not o.by_ioid[p2]
        elseif command == 1 then
            return has_channel(p1) and not o.subscriptions[p2]
        elseif command == 2 then
            return o.subscriptions[p2]
        elseif command == 4 or command == 12 then
            return has_channel(p1)
        elseif command == 18 then
            return not o.by_cid[p1]
        end
        return command == 10 or command == 23
    end
    return false
end

-- The circuit is over, or the recording: ends every open request.
function close_operations(c, o, outcome, time)
    for _, channel in pairs(o.by_cid) do
        if channel.request then
            end_unanswered(c, channel.request, outcome, time)
        end
    end
    for _, request in pairs(o.by_ioid) do
        end_unanswered(c, request, outcome, time)
    end
    for _, subscription in pairs(o.subscriptions) do
        if not subscription.updated then
            end_unanswered(c, subscription.request, outcome, time)
        end
    end
    for _, request in pairs(o.clears) do
        end_unanswered(c, request, outcome, time)
    end
    for at = o.first_echo, o.last_echo do
        end_unanswered(c, o.echoes[at], outcome, time)
    end
end
end

--------------------------------------------------------------------------------------------------------------------------------------------
-- 6 Searches
--------------------------------------------------------------------------------------------------------------------------------------------

local searches, searches_held, swept_at
local leave_search, sweep_searches, take_search_message
do

-- A search is (transport and client address and port, cid). It begins with the first request of a name that nobody answered yet, further
-- requests are tries of it, and its first reply ends it. A request that follows the reply within a second has crossed it on the way.
local CROSSING = 1e9
local SEARCH_MEMORY, SEARCH_SWEEP, MAX_SEARCHES = 600e9, 300e9, 262144

function leave_search(search, outcome, time)
    if not search.answered_at then
        m_outcome[search.i] = time - search.time > timeout and "timed_out" or outcome
    end
end

-- Takes out those that `goes` tells, until no more than `limit` are left.
local function drop_searches(limit, time, goes)
    for client, by_cid in pairs(searches) do
        for cid, search in pairs(by_cid) do
            if searches_held <= limit then
                return
            elseif goes(search) then
                by_cid[cid] = nil
                searches_held = searches_held - 1
                leave_search(search, "pending", time)
            end
        end
        if next(by_cid) == nil then
            searches[client] = nil
        end
    end
end

local function drop_silent(time)
    swept_at = time
    drop_searches(0, time, function(search) return time - search.seen_at > SEARCH_MEMORY end)
end

function sweep_searches(time)
    if time - swept_at > SEARCH_SWEEP then
        drop_silent(time)
    end
end

-- Those that were answered go first: of them only a further reply is not recognised then.
local function make_room(time)
    drop_silent(time)
    drop_searches(MAX_SEARCHES / 2, time, function(search) return search.answered_at end)
    drop_searches(MAX_SEARCHES / 2, time, function() return true end)
end

local function take_search(client, i, cid, name, time)
    note_operation(i, SEARCH)
    local by_cid = searches[client]
    local search = by_cid and by_cid[cid]
    if not search then
        if searches_held >= MAX_SEARCHES then
            make_room(time)
            by_cid = searches[client]
        end
        searches_held = searches_held + 1
    end
    if not by_cid then
        by_cid = {}
        searches[client] = by_cid
    end
    local is_same = search and search.name == name
    if is_same and not (search.answered_at and time - search.answered_at > CROSSING) then
        search.seen_at = time
        m_first[i] = frame_of(search.i)
        return
    end
    if search and not is_same then
        leave_search(search, "pending", time)
    end
    by_cid[cid] = { name = name, i = i, time = time, seen_at = time }
end

local function take_search_reply(client, i, cid, outcome, time)
    note_operation(i, SEARCH)
    local search = searches[client] and searches[client][cid]
    if not search then
        no_request(i)
        return nil
    end
    search.seen_at = time
    if search.answered_at then
        return search.name
    end
    search.answered_at = time
    local latency = max(0, time - search.time)
    m_link[search.i], m_link[i], m_latency[i] = frame_of(i), frame_of(search.i), latency
    if latency > timeout then
        outcome = "timed_out"
    end
    if outcome ~= "answered" then
        m_outcome[search.i], m_outcome[i] = outcome, outcome
    end
    return search.name
end

-- SEARCH, NOT_FOUND and beacons, over either transport. Returns the name.
function take_search_message(over_udp, source, destination, i, command, size, dtype, count, p1, p2, str, from, last, has_gap, time)
    learn(over_udp, source, command, size, dtype, count, p1, p2)
    local prefix = over_udp and "u" or "t"
    if command == 6 and is_search_request(size, dtype, p1, p2) then
        local name = whole_text(str, from, last, has_gap)
        if name then
            take_search(prefix .. source, i, p2, name, time)
        end
        return name
    elseif command == 6 then
        return take_search_reply(prefix .. destination, i, p2, "answered", time)
    elseif command == 14 then
        return take_search_reply(prefix .. destination, i, p2, "failed", time)
    end
    return nil
end
end

--------------------------------------------------------------------------------------------------------------------------------------------
-- 7 Messages
--------------------------------------------------------------------------------------------------------------------------------------------

local SEARCHING, ABANDONED = 1, 2
local forget_message, reset_decoder, note_missing, skip_gap, decode
do

-- One direction of a circuit is a table `d`; what cuts it into messages is
--   d.position      aligned: the next byte begins a message or continues the unfinished one; searching; abandoned for good
--   d.head          bytes of a header that is not whole, or of the unfinished message's header
--   d.command       of the unfinished message, nil if there is none; d.left: bytes of it that are to come; d.parts: what was kept of its payload, up
--                   to d.limit bytes
--   d.phase         where in a step of 8 bytes the stream stands, while searching
--   d.doubt         messages that are passed over at most after a boundary was found, until one fits what is due
local ALIGNED = 0
local KEPT_BYTES = 65536

-- What can be shown of a message is kept, as long as the capture is open: of a value its alarm, limits and first elements.
local VALUES = { [1] = true, [3] = true, [4] = true, [15] = true, [19] = true }
local TEXTS = { [6] = true, [18] = true, [20] = true, [21] = true }
local KEPT_OF_OTHERS = 4096

local function kept_bytes(command, dtype)
    local layout = VALUES[command] and DBR[dtype]
    if layout then
        return min(KEPT_BYTES, layout.offset + layout.element_size * max(ca.prefs.max_elements, 1))
    end
    return TEXTS[command] and KEPT_BYTES or KEPT_OF_OTHERS
end

local REMAINS = 8 + 40
local FULL_SEGMENT = 536
local MAX_DOUBT = 32

function forget_message(d)
    d.head, d.command, d.left, d.parts, d.kept, d.has_gap = "", nil, 0, nil, 0, false
end

function reset_decoder(d, mid_stream)
    forget_message(d)
    d.position = mid_stream and SEARCHING or ALIGNED
    d.phase, d.phase_known = 0, not mid_stream
    d.passed, d.passed_all, d.gap_bytes, d.doubt = 0, 0, 0, 0
end

local function sender_of(c, d)
    return c.client == nil and UNKNOWN or c.client == d and CLIENT or SERVER
end

-- Bytes of a side are missing; for good if the snap length cut them.
function note_missing(c, d, time, for_good)
    if c.client == d then
        c.last_client_gap = time
        local o = c.operations
        o.client_gap_at, o.echoes_before_gap = time, o.last_echo - o.first_echo + 1
    else
        c.last_server_gap = max(time, c.last_server_gap)
        c.server_hidden = c.server_hidden or for_good
    end
end

-- Bytes of the stream are missing here, 0 where nobody knows how many. A message whose header was read and whose end lies beyond is finished.
function skip_gap(d, bytes)
    if d.position == ABANDONED then
        return
    end
    if bytes == 0 then
        forget_message(d)
        d.position, d.phase_known, d.gap_bytes = SEARCHING, false, math.huge
    elseif d.position == ALIGNED and d.command and bytes <= d.left then
        d.left = d.left - bytes
        d.has_gap = true
        if d.left == 0 then
            forget_message(d)
        end
    else
        local unfinished = d.command and -d.left or #d.head
        d.phase = (d.phase + unfinished + bytes) % 8
        forget_message(d)
        d.position, d.gap_bytes = SEARCHING, bytes
    end
end

local function lose(d)
    forget_message(d)
    d.position, d.gap_bytes = SEARCHING, 0
end

-- Takes a whole message. Its payload is str[from..last], as far as it was kept.
local function take_message(c, d, command, size, dtype, count, p1, p2, length, str, from, last, has_gap, place, kept, frame, time)
    local o = c.operations
    if d.doubt > 0 then
        if is_due(o, sender_of(c, d), command, p1, p2) then
            d.doubt = 0
        else
            d.doubt = d.doubt - 1
            d.passed_all = d.passed_all + length + size
            return
        end
    end
    local client = c.client
    local sender = client == d and CLIENT or client and SERVER or UNKNOWN
    if sender == UNKNOWN then
        sender = only_sender(command, size, dtype, count, p1, p2)
        if sender ~= UNKNOWN then
            c.client = sender == CLIENT and d or d.peer
        end
    end
    local i = add_message(frame, place, kept, length + size, has_gap and sender + 8 or sender, c)
    if sender == UNKNOWN then
        return
    end
    local pv
    if command == 6 or command == 14 then
        pv = take_search_message(
            false, d.endpoint, d.peer.endpoint, i, command, size, dtype, count, p1, p2, str, from, last, has_gap, time)
    elseif sender == CLIENT then
        pv = take_request(c, o, i, command, p1, p2, str, from, last, has_gap, time)
    else
        pv = take_reply(c, o, i, command, size, p1, p2, str, from, last, time)
    end
    if pv then
        m_pv[i] = pv
    end
end

-- Finds the way back. Returns how many bytes were passed over, and whether a boundary was found behind them.
local function search_boundary(d, str, i, last, sender)
    local first = d.phase_known and (8 - d.phase) % 8 or 0
    local at = find_boundary(str, i, last, sender, first)
    if at and sender == SERVER and d.gap_bytes > 0 and (d.passed + at > 0 or d.gap_bytes >= FULL_SEGMENT) then
        at = pass_remains(str, i, last, at, REMAINS - d.passed)
    end
    local passed = at or last - i + 1
    d.phase = (d.phase + passed) % 8
    d.passed, d.passed_all = d.passed + passed, d.passed_all + passed
    if at then
        d.doubt = (d.phase_known or d.gap_bytes > 0) and MAX_DOUBT or 0
        d.position, d.phase, d.phase_known, d.passed = ALIGNED, 0, true, 0
    end
    return passed
end

local function begin_message(d, head, command, size, dtype)
    forget_message(d)
    d.head, d.command, d.left, d.parts, d.limit = head, command, size, {}, kept_bytes(command, dtype)
end

-- Completes a header of which an earlier segment had a part. Returns how many bytes of this one it took.
local function finish_header(d, str, i, last)
    local had = #d.head
    local both = d.head .. sub(str, i, min(last, i + 23 - had))
    local command, size, dtype, _, _, _, length = read_header(both, 1, #both)
    if not command then
        d.head = both
        return last - i + 1
    end
    if not is_possible(command, size) then
        d.phase = had % 8
        lose(d)
        return 0
    end
    begin_message(d, sub(both, 1, length), command, size, dtype)
    return length - had
end

-- Nearly all messages are updates of monitors that say nothing new, gets and their replies, and writes: takes those that a side's bytes begin
-- with a short way, as long as nothing about them is out of the ordinary. Its results are those of take_message. Returns where others begin.
local function take_usual(c, str, i, last, offset, frame, time, from_client)
    local o = c.operations
    local subscriptions, by_ioid, by_sid = o.subscriptions, o.by_ioid, o.by_sid
    local sender = from_client and CLIENT or SERVER
    local key = frame * 256 + sender
    while i + 15 <= last do
        local c1, command, s1, s2, _, _, _, _, a1, a2, a3, a4, b1, b2, b3, b4 = byte(str, i, i + 15)
        local size = s1 * 256 + s2
        if c1 ~= 0 or size % 8 ~= 0 or i + 15 + size > last then
            break
        end
        local p2 = ((b1 * 256 + b2) * 256 + b3) * 256 + b4
        local pv, operation, request = nil, 0, nil
        if from_client then
            if command == 15 then
                if by_ioid[p2] then
                    break
                end
                operation = 16 * GET
            elseif command ~= 4 then
                break
            end
            local sid = ((a1 * 256 + a2) * 256 + a3) * 256 + a4
            local channel = by_sid[sid]
            pv = channel and not channel.cleared and channel.pv
            if command == 15 then
                request = { 0, GET, time, sid }
            end
        elseif command == 1 then
            local subscription = subscriptions[p2]
            if size == 0 or not subscription or not subscription.updated then
                break
            end
            pv = subscription.pv
        elseif command == 15 then
            request = by_ioid[p2]
            if not request or request[2] ~= GET or a4 ~= 1 or a1 + a2 + a3 > 0 or time < request[3] or time - request[3] > timeout then
                break
            end
            operation = 16 * GET
            pv = m_pv[request[1]]
        else
            break
        end

        local place = offset + i
        local m
        if frame == added_frame and place == next_place then
            m = messages + 1
            messages = m
            next_place = place + 16 + size
        else
            m = add_message(frame, place, nil, 16 + size, sender, c)
        end
        m_key[m], m_pv[m] = key + operation, pv or false
        if request and from_client then
            request[1] = m
            by_ioid[p2] = request
            o.open = o.open + 1
        elseif request then
            by_ioid[p2] = nil
            o.open = o.open - 1
            local asking = request[1]
            m_link[asking], m_link[m], m_latency[m] = frame, floor(m_key[asking] / 256), time - request[3]
        end
        i = i + 16 + size
    end
    return i
end

-- Takes the next bytes of a direction, str[i..last]. `place` is where str[i] lies in the frame, nil if it is not of this frame.
function decode(c, d, str, i, last, place, frame, time)
    local passed_before = d.passed_all
    local offset = place and place - i
    if offset and d.position == ALIGNED and not d.command and d.head == "" and d.doubt == 0 and c.client then
        i = take_usual(c, str, i, last, offset, frame, time, c.client == d)
    end
    while i <= last do
        local position = d.position
        if position == ALIGNED and not d.command and d.head == "" then
            local command, size, dtype, count, p1, p2, length = read_header(str, i, last)
            if not command then
                d.head = sub(str, i, last)
                break
            elseif command > LAST_COMMAND or size % 8 ~= 0 or size > 1073741824 then
                lose(d)
            else
                local next_one = i + length + size
                if next_one <= last + 1 then
                    take_message(
                        c, d, command, size, dtype, count, p1, p2, length, str, i + length, next_one - 1, false,
                        offset and offset + i, not offset and sub(str, i, next_one - 1), frame, time)
                    i = next_one
                else
                    begin_message(d, sub(str, i, i + length - 1), command, size, dtype)
                    i = i + length
                end
            end
        elseif position == SEARCHING then
            i = i + search_boundary(d, str, i, last, sender_of(c, d))
        elseif position == ABANDONED then
            break
        else
            if not d.command then
                i = i + finish_header(d, str, i, last)
            end
            if d.command then
                local taken = min(d.left, last - i + 1)
                local keep = d.has_gap and 0 or min(taken, d.limit - d.kept)
                if keep > 0 then
                    d.parts[#d.parts + 1] = sub(str, i, i + keep - 1)
                    d.kept = d.kept + keep
                end
                d.left = d.left - taken
                i = i + taken
                if d.left == 0 then
                    local message = d.head .. concat(d.parts)
                    local has_gap = d.has_gap
                    forget_message(d)
                    local command, size, dtype, count, p1, p2, length = read_header(message, 1, #message)
                    take_message(
                        c, d, command, size, dtype, count, p1, p2, length, message, length + 1, #message, has_gap, nil, message, frame, time)
                end
            end
        end
        if c.ended then
            return
        end
    end
    if d.passed_all > passed_before then
        note_missing(c, d, time, false)
    end
end
end

--------------------------------------------------------------------------------------------------------------------------------------------
-- 8 Connections
--------------------------------------------------------------------------------------------------------------------------------------------

local directions, connections_held    -- source and destination address, source and destination port, as in the frame -> d
local open_seen, closed_seen    -- no connection was silent for longer than since then
local asked_frame   -- the frame that the user has decoded as Channel Access, at a port that is no other sign of it
local suspects      -- source port x 65536 + destination port -> connections there, at a port of Channel Access, that are not known to be circuits
local not_ours      -- frames of theirs that others may dissect
local end_connection, take_tcp, server_of, is_foreign
do

-- A connection instance is a table `c`, its two directions tables `d` with d.peer. The order that bytes are taken in is that of the stream, and
-- each comes after what it acknowledges: a reply never overtakes its request, however the capture disordered them. What has to wait:
--   c.deferred      segments of either side that acknowledge bytes which have not come, in the order of capture
--   d.held          segments of a side before which bytes are missing, in the order of the stream
-- A hole is given up after a grace, and becomes a gap.
local UNDECIDED, CIRCUIT, OTHER, CLOSED = 0, 1, 2, 3
local ACKNOWLEDGED_GRACE, UNACKNOWLEDGED_GRACE, CLOCK_STEP = 200e6, 1000e6, 10e9
local DUPLICATE_WINDOW, DUPLICATE_WINDOW_WITHOUT_ID = 10e6, 1e6
local MAX_JUMP = 2 ^ 26
local MAX_HELD_BYTES, MAX_HELD, MAX_DEFERRED = 2 ^ 20, 4096, 256
local SYN_RETRY, SAME_SYN = 100e6, 10e9
local CLOSED_MEMORY, SILENT_MEMORY, MAX_CONNECTIONS = 120e9, 600e9, 32768
local MAX_MISSES, START_BYTES, MAX_WEIGHED, MAX_WEIGHED_BYTES = 512, 1024, 512, 32768
local ADDRESS_EVIDENCE = STRONG
local FIN, SYN, RST, ACK = 1, 2, 4, 16

local function after(left, right)
    return (left - right + 2147483648) % 4294967296 - 2147483648
end

local function has(flags, flag)
    return floor(flags / flag) % 2 == 1
end

local function new_direction(c, key, endpoint)
    return {
        circuit = c, key = key, endpoint = endpoint, peer = nil,
        next = nil, held = {}, held_bytes = 0, fin = nil, fin_time = 0, fin_frame = 0, ended = false, told_end = false,
        seen = false, start_known = false, first = 0,
        last_time = nil, last_sequence = 0, last_length = 0, last_id = 0, last_flags = 0, acknowledged = nil, ack_time = 0, ack_frame = 0,
        evidence = 0, position = SEARCHING, doubt = 0,
    }
end

local function suspect(c, by)
    local a, b = port_of(c.a.endpoint), port_of(c.b.endpoint)
    for _, ports in ipairs({ a * 65536 + b, b * 65536 + a }) do
        local count = (suspects[ports] or 0) + by
        suspects[ports] = count > 0 and count or nil
    end
    c.is_suspect = by > 0
end

local function new_connection(key, reverse_key, source, destination, time)
    local c = {
        state = UNDECIDED, ended = false, client = nil, last_seen = time,
        deferred = {}, deferred_bytes = 0, draining = nil, due_time = 0, due_frame = 0,
        weighed = {}, weighed_bytes = 0, misses = 0,
        has_syn = false, syn_time = 0, syn_frame = 0, last_try = 0, has_synack = false, answer_time = 0, answer_frame = 0,
        refused = false, told = false,
        ended_at = nil, user = nil, host = nil,
        last_server_gap = -math.huge, last_client_gap = -math.huge, server_hidden = false, operations = nil,
    }
    local a, b = new_direction(c, key, source), new_direction(c, reverse_key, destination)
    a.peer, b.peer, c.a, c.b = b, a, a, b
    directions[key], directions[reverse_key] = a, b
    connections_held = connections_held + 1
    if tcp_ports[port_of(source)] or tcp_ports[port_of(destination)] then
        suspect(c, 1)
    end
    return a
end

local function is_waiting(c)
    return #c.deferred > 0 or #c.a.held > 0 or #c.b.held > 0
end

local function lacks_acknowledged(d)
    local acknowledged = d.peer.acknowledged
    if not d.next or not acknowledged then
        return false
    end
    local missing = after(acknowledged, d.next)
    return missing > 1 and missing < MAX_JUMP
end

local function missing_before_fin(d)
    return d.fin and after(d.fin, d.next) or 0
end

local function lacks_end(c)
    return lacks_acknowledged(c.a) or lacks_acknowledged(c.b) or missing_before_fin(c.a) > 0 or missing_before_fin(c.b) > 0
end

local take_chunk

-- Gives up the bytes before `limit`, or before the first that is held. Returns how many.
local function skip_hole(d, limit)
    if d.held[1] and after(d.held[1].sequence, limit) < 0 then
        limit = d.held[1].sequence
    end
    if d.fin and after(d.fin, limit) < 0 then
        limit = d.fin
    end
    local missing = after(limit, d.next)
    if missing <= 0 then
        return 0
    end
    d.next = limit
    return missing
end

local function try_gap(c, d, limit, time, frame)
    local missing = skip_hole(d, limit)
    if missing == 0 then
        return false
    end
    -- What stood behind the hole keeps its own times: nothing tells when the missing bytes came.
    c.draining, c.due_time, c.due_frame = d, -math.huge, frame
    take_chunk(c, d, "gap", nil, 0, 0, nil, time, frame, missing)
    return true
end

-- Also where the clock was set back: what has waited since before will not come any more.
local function has_passed(since, grace)
    local age = now_time - since
    return age > grace or age < -CLOCK_STEP
end

-- A segment's payload, in its own frame or later. Returns whether a chunk was taken.
local function accept(c, d, s, time, frame)
    if not d.next then
        d.next = s.sequence
    end
    if s.length == 0 then
        return "empty"
    end
    local seen = after(d.next, s.sequence)
    if seen < 0 then
        return "early"
    elseif seen >= s.length then
        return "old"
    end
    d.next = (s.sequence + s.length) % 4294967296
    local captured = s.last - s.first + 1
    local first = min(s.first + seen, s.last + 1)
    take_chunk(
        c, d, "data", s.str, first, s.last, frame == s.frame and s.place + first - s.first or nil, time, frame, 0,
        s.length - max(seen, captured))
    return "due"
end

local function hold(d, s)
    local held = d.held
    local at = #held
    while at > 0 and after(held[at].sequence, s.sequence) > 0 do
        at = at - 1
    end
    if at > 0 and after(held[at].sequence + held[at].length, s.sequence + s.length) >= 0 then
        return
    end
    insert(held, at + 1, s)
    d.held_bytes = d.held_bytes + s.length
end

local function take_held(c, d)
    while d.held[1] and after(d.held[1].sequence, d.next) <= 0 do
        local s = remove(d.held, 1)
        d.held_bytes = d.held_bytes - s.length
        local own = s.time >= c.due_time
        if accept(c, d, s, own and s.time or c.due_time, own and s.frame or c.due_frame) == "due" then
            return true
        end
    end
    return false
end

local function take_segment(c, d, s)
    local fate = accept(c, d, s, s.time, s.frame)
    if c.ended then
        return true
    end
    if has(s.flags, FIN) then
        local fin = (s.sequence + s.length) % 4294967296
        -- The FIN of a segment whose bytes were just taken stands right behind them.
        if not d.ended and after(fin, d.next) >= 0 then
            if not d.fin then
                d.fin_time, d.fin_frame = s.time, s.frame
            end
            d.fin = fin
        end
    end
    c.draining, c.due_time, c.due_frame = d, s.time, s.frame
    if fate == "early" then
        hold(d, s)
    end
    return fate == "due"
end

local function must_wait(d, flags, acknowledged)
    local peer = d.peer
    if not has(flags, ACK) or not peer.next then
        return false
    end
    local ahead = after(acknowledged, peer.next)
    return ahead > 0 and ahead < MAX_JUMP
end

-- Begins a direction anew where its sequence numbers make a step that no window allows.
local function try_jump(c, d, s)
    if not d.next or s.length <= 1 then
        return false
    end
    local step = after(s.sequence, d.next)
    if step <= MAX_JUMP and step >= -MAX_JUMP then
        return false
    end
    d.held, d.held_bytes, d.fin, d.ended = {}, 0, nil, false
    d.next = s.sequence
    take_chunk(c, d, "gap", nil, 0, 0, nil, s.time, s.frame, 0)
    return true
end

local function take_deferred(c, at)
    local s = c.deferred[at]
    if try_jump(c, s.direction, s) then
        return true
    end
    remove(c.deferred, at)
    c.deferred_bytes = c.deferred_bytes - s.length
    return take_segment(c, s.direction, s)
end

-- Gives up what is missing of the bytes that a deferred segment acknowledges.
local function try_gap_before(c, at)
    local s = c.deferred[at]
    local d, limit = s.direction.peer, s.acknowledged
    for _, other in ipairs(c.deferred) do
        if other.direction == d and after(other.sequence, limit) < 0 then
            limit = other.sequence
        end
    end
    return try_gap(c, d, limit, s.time, s.frame)
end

local function is_overdue(d)
    local acknowledged = d.peer.acknowledged
    if d.held_bytes > MAX_HELD_BYTES or #d.held > MAX_HELD then
        return true
    elseif acknowledged then
        return after(acknowledged, d.next) > 0 and has_passed(d.held[1].time, ACKNOWLEDGED_GRACE)
    end
    return has_passed(d.held[1].time, UNACKNOWLEDGED_GRACE)
end

local function try_give_up(c, flushing)
    local deferred = c.deferred
    if #deferred > 0 and (flushing or #deferred > MAX_DEFERRED or c.deferred_bytes > MAX_HELD_BYTES
        or has_passed(deferred[1].time, ACKNOWLEDGED_GRACE)) then
        if try_gap_before(c, 1) then
            return true
        end
        -- What the oldest waits for is there, and waits itself for its own side.
        local side, first = deferred[1].direction.peer, 1
        for at = 2, #deferred do
            if deferred[at].direction == side
                and (deferred[first].direction ~= side or after(deferred[at].sequence, deferred[first].sequence) < 0) then
                first = at
            end
        end
        return try_gap_before(c, first) or take_deferred(c, first)
    end
    for side = 1, 2 do
        local d = side == 1 and c.a or c.b
        if #d.held > 0 and (flushing or is_overdue(d)) then
            return try_gap(c, d, d.held[1].sequence, d.held[1].time, d.held[1].frame)
        end
    end
    return false
end

-- Gives up what nothing was captured behind: bytes that the peer acknowledged, and bytes before a FIN.
local function try_gap_at_end(c, flushing)
    for side = 1, 2 do
        local d = side == 1 and c.a or c.b
        local peer = d.peer
        if lacks_acknowledged(d) and (flushing or has_passed(peer.ack_time, ACKNOWLEDGED_GRACE))
            and try_gap(c, d, peer.acknowledged, peer.ack_time, peer.ack_frame) then
            return true
        end
        if missing_before_fin(d) > 0 and (flushing or (not peer.acknowledged and has_passed(d.fin_time, UNACKNOWLEDGED_GRACE)))
            and try_gap(c, d, d.fin, d.fin_time, d.fin_frame) then
            return true
        end
    end
    return false
end

-- Takes all that may be taken now. `s` is the segment that came, nil if there is none; `reset` whether it is an RST.
local function drain(c, s, flushing, reset)
    local judging = flushing
    while not c.ended do
        local d = c.draining
        if d then
            if take_held(c, d) then
                goto continue
            end
            c.draining = nil
            if d.fin and d.fin == d.next then
                d.fin, d.ended = nil, true
                d.next = (d.next + 1) % 4294967296
                take_chunk(c, d, "end", nil, 0, 0, nil, now_time, c.due_frame, 0)
                goto continue
            end
        end
        do
            local taken = false
            for at, waiting in ipairs(c.deferred) do
                if not must_wait(waiting.direction, waiting.flags, waiting.acknowledged) then
                    take_deferred(c, at)
                    taken = true
                    break
                end
            end
            if taken then
                goto continue
            end
        end
        if s then
            if must_wait(s.direction, s.flags, s.acknowledged) then
                insert(c.deferred, s)
                c.deferred_bytes = c.deferred_bytes + s.length
                s = nil
            elseif not try_jump(c, s.direction, s) then
                local segment = s
                s = nil
                take_segment(c, segment.direction, segment)
            end
            goto continue
        end
        if is_waiting(c) and try_give_up(c, flushing) then
            goto continue
        end
        if judging and not c.draining and try_gap_at_end(c, flushing) then
            goto continue
        end
        if not c.draining then
            break
        end
        ::continue::
    end
    if reset and not c.ended then
        take_chunk(c, c.a, "reset", nil, 0, 0, nil, now_time, now_frame, 0)
    end
end

-- What a segment says about the connection itself, and where the byte streams begin.
local function start_side(d, first)
    if not d.seen then
        d.seen, d.start_known, d.first, d.next = true, true, first, first
    end
end

local function take_handshake(c, d, flags, sequence, acknowledged, length, time, frame)
    local syn, ack, rst = has(flags, SYN), has(flags, ACK), has(flags, RST)
    if syn and not ack and not rst then
        start_side(d, sequence)
        c.client = d
        if not c.has_syn or time - c.last_try > SYN_RETRY then
            c.last_try = time
        end
        if not c.has_syn then
            c.has_syn, c.syn_time, c.syn_frame = true, time, frame
        end
    elseif syn and ack and not rst then
        start_side(d, sequence)
        start_side(d.peer, acknowledged)
        c.client = d.peer
        if not c.has_synack then
            c.has_synack, c.answer_time, c.answer_frame = true, time, frame
        end
    elseif rst and not syn then
        if c.has_syn and not c.has_synack and d ~= c.client then
            c.refused, c.answer_time, c.answer_frame = true, time, frame
        end
    elseif ack and not syn and c.has_syn and not c.has_synack and d == c.client then
        -- The SYN/ACK is missing in the capture; the client's first ACK tells where the server's bytes begin.
        start_side(d.peer, acknowledged)
    end
    if length > 0 and not d.seen then
        d.seen, d.start_known, d.first = true, false, sequence
    end
end

-- Connect: SYN to SYN/ACK, or RST instead of it.
local function tell_connect(c, outcome)
    if c.told then
        return
    end
    c.told = true
    local replied = outcome == "answered" or outcome == "failed"
    local latency = c.has_syn and replied and max(0, c.answer_time - c.syn_time) or false
    if latency and latency > timeout then
        outcome = "timed_out"
    end
    if c.has_syn then
        frame_connect[c.syn_frame] = { circuit = c, response_in = replied and c.answer_frame, outcome = outcome }
    end
    if replied or not c.has_syn then
        frame_connect[c.answer_frame] = {
            circuit = c, response_to = c.has_syn and c.syn_frame, latency = latency, outcome = c.has_syn and outcome or "no_request",
        }
    end
end

function server_of(c)
    return c.client and c.client.peer or c.b
end

local function connect_ended(c, outcome, time)
    local server = server_of(c).endpoint
    local is_known = learned_servers[server] or (tcp_ports[port_of(server)] and not c.has_synack)
    if c.state == OTHER or not c.has_syn or not is_known then
        return
    elseif c.refused then
        tell_connect(c, "failed")
    elseif c.has_synack then
        tell_connect(c, "answered")
    else
        tell_connect(c, time - c.syn_time > timeout and "timed_out" or outcome)
    end
end

local function release(c, state)
    c.state, c.ended = state, true
    c.weighed, c.deferred, c.a.held, c.b.held, c.draining, c.operations = {}, {}, {}, {}, nil, nil
    forget_message(c.a)
    forget_message(c.b)
end

-- Gives up the holes of a connection that has ended, decodes what stood behind them, and ends its requests.
function end_connection(c, outcome, time)
    if c.ended then
        return
    end
    if is_waiting(c) or lacks_end(c) then
        drain(c, nil, true, false)
        if c.ended then
            return
        end
    end
    if c.ended_at then
        outcome, time = "circuit_closed", c.ended_at
    end
    connect_ended(c, outcome, time)
    if c.operations then
        close_operations(c, c.operations, outcome, time)
    end
    release(c, CLOSED)
end

local function forget_connection(c)
    directions[c.a.key], directions[c.b.key] = nil, nil
    connections_held = connections_held - 1
    if c.is_suspect then
        suspect(c, -1)
    end
end

-- For want of room a quarter goes: those that have ended first, then those that were silent the longest.
local function make_room(time)
    local all = {}
    for _, d in pairs(directions) do
        if d == d.circuit.a then
            all[#all + 1] = d.circuit
        end
    end
    table.sort(all, function(left, right)
        if left.ended ~= right.ended then
            return left.ended
        end
        return left.last_seen < right.last_seen
    end)
    for at = 1, MAX_CONNECTIONS / 4 do
        end_connection(all[at], "pending", time)
        forget_connection(all[at])
    end
end

-- Forgets what has ended or was silent for long.
local function sweep_connections(time)
    if connections_held >= MAX_CONNECTIONS then
        make_room(time)
    end
    if time - open_seen <= SILENT_MEMORY and time - closed_seen <= CLOSED_MEMORY then
        return
    end
    open_seen, closed_seen = time, time
    local overdue = {}
    for _, d in pairs(directions) do
        local c = d.circuit
        if d == c.a then
            if time - c.last_seen > (c.ended and CLOSED_MEMORY or SILENT_MEMORY) then
                overdue[#overdue + 1] = c
            elseif c.ended then
                closed_seen = min(closed_seen, c.last_seen)
            else
                open_seen = min(open_seen, c.last_seen)
            end
        end
    end
    for _, c in ipairs(overdue) do
        end_connection(c, "pending", time)
        forget_connection(c)
    end
end

-- Decides what a connection carries, from its bytes. A learned address or the default port adds to the evidence; alone it is none.
local function is_learned(c)
    return learned_servers[c.a.endpoint] or learned_servers[c.b.endpoint] or c.is_forced
end

-- Whether a segment's bytes are of a connection that carries something else, as far as that is known before the engine takes them.
function is_foreign(str, source, destination)
    local d = directions[sub(source, 1, -3) .. sub(destination, 1, -3) .. sub(source, -2) .. sub(destination, -2)]
    local c = d and d.circuit
    if not c or is_learned(c) then
        return false
    end
    return c.state == OTHER or c.state == UNDECIDED and d.start_known and d.evidence == 0 and not can_begin(str, 1, #str)
end

local function has_address(c)
    return tcp_ports[port_of(c.a.endpoint)] or tcp_ports[port_of(c.b.endpoint)] or is_learned(c)
end

-- What one side sent first, up to a gap.
local function start_bytes(c, d)
    local parts, copied = {}, 0
    for _, k in ipairs(c.weighed) do
        if k.direction == d then
            if k.kind == "data" then
                local part = sub(k.str, k.first, min(k.last, k.first + START_BYTES - copied - 1))
                parts[#parts + 1] = part
                copied = copied + #part
            end
            if k.kind ~= "data" or k.cut > 0 or copied >= START_BYTES then
                break
            end
        end
    end
    return concat(parts)
end

local function find_client(c)
    local a, b = learned_servers[c.a.endpoint] or false, learned_servers[c.b.endpoint] or false
    if a ~= b then
        return a and c.b or c.a
    end
    for _, k in ipairs(c.weighed) do
        if k.kind == "data" then
            local sender = tell_sender(k.str, k.first, k.last)
            if sender ~= UNKNOWN then
                return sender == CLIENT and k.direction or k.direction.peer
            end
        end
    end
    a, b = tcp_ports[port_of(c.a.endpoint)] or false, tcp_ports[port_of(c.b.endpoint)] or false
    if a ~= b then
        return a and c.b or c.a
    end
    return nil
end

local function weigh(c, d, str, first, last, is_full)
    local from_start = d.start_known
    if from_start then
        local bytes = start_bytes(c, d)
        local points, _, contradicted = follow(bytes, 1, #bytes, UNKNOWN, true)
        if (contradicted or not can_begin(bytes, 1, #bytes) or (is_full and points == 0)) and not is_learned(c) then
            c.state = OTHER
        end
        d.evidence = contradicted and 0 or points
    else
        local points, _, contradicted, ends = follow(str, first, last, UNKNOWN, false)
        if not contradicted and (ends or points >= ENOUGH) then
            d.evidence = d.evidence + points
        elseif has_address(c) and find_boundary(str, first, last, UNKNOWN, 0) then
            d.evidence = d.evidence + ENOUGH
        else
            c.misses = c.misses + 1
            c.a.evidence, c.b.evidence, c.weighed, c.weighed_bytes = 0, 0, {}, 0
            if c.misses > MAX_MISSES and not is_learned(c) then
                c.state = OTHER
            end
        end
    end
    if c.state ~= UNDECIDED then
        return
    end
    local evidence = c.a.evidence + c.b.evidence
    local address = has_address(c)
    local total = evidence == 0 and 0 or evidence + (address and ADDRESS_EVIDENCE or 0)
    if total < ((from_start or address) and ENOUGH or ENOUGH_MID_STREAM) then
        return
    end
    c.client = c.client or find_client(c)
    if c.client or is_full then
        c.state = CIRCUIT
    end
end

local function take_circuit_chunk(c, d, kind, str, first, last, place, time, frame, missing, cut)
    if kind == "data" then
        decode(c, d, str, first, last, place, frame, time)
        if cut > 0 and not c.ended and d.position ~= ABANDONED then
            note_missing(c, d, time, true)
            forget_message(d)
            d.position = ABANDONED
        end
    elseif kind == "gap" then
        skip_gap(d, missing)
        note_missing(c, d, time, false)
    elseif kind == "end" then
        c.ended_at = c.ended_at or time
        d.told_end = true
        if c.a.told_end and c.b.told_end then
            end_connection(c, "circuit_closed", time)
        end
    else
        end_connection(c, "circuit_closed", time)
    end
end

-- A connection has turned out to be a circuit: decodes what it brought so far.
local function accept_circuit(c)
    if c.is_suspect then
        suspect(c, -1)
    end
    c.operations = new_operations()
    reset_decoder(c.a, not c.a.start_known)
    reset_decoder(c.b, not c.b.start_known)
    if c.client then
        learned_servers[c.client.peer.endpoint] = true
    end
    if c.has_syn or c.has_synack then
        tell_connect(c, c.has_synack and "answered" or "lost_in_gap")
    end
    local weighed = c.weighed
    c.weighed = {}
    for _, k in ipairs(weighed) do
        if c.ended then
            return
        end
        take_circuit_chunk(c, k.direction, k.kind, k.str, k.first, k.last, k.place, k.time, k.frame, k.missing, k.cut)
    end
end

-- The next event of a connection's streams: bytes, a gap, the end of a direction, or a reset.
take_chunk = function(c, d, kind, str, first, last, place, time, frame, missing, cut)
    cut = cut or 0
    if c.state == CIRCUIT then
        take_circuit_chunk(c, d, kind, str, first, last, place, time, frame, missing, cut)
        return
    elseif c.state ~= UNDECIDED then
        return
    end
    local bytes = kind == "data" and last - first + 1 or 0
    local is_held = #c.weighed < MAX_WEIGHED and c.weighed_bytes + bytes <= MAX_WEIGHED_BYTES
    if is_held then
        c.weighed[#c.weighed + 1] = {
            direction = d, kind = kind, str = str, first = first, last = last, place = place, time = time, frame = frame,
            missing = missing, cut = cut,
        }
        c.weighed_bytes = c.weighed_bytes + bytes
    end
    if kind == "data" and not (c.has_syn and frame == c.syn_frame) then
        weigh(c, d, str, first, last, not is_held)
    end
    if c.state == CIRCUIT then
        accept_circuit(c)
        if not is_held and not c.ended then
            take_circuit_chunk(c, d, kind, str, first, last, place, time, frame, missing, cut)
        end
    elseif c.state == OTHER then
        release(c, OTHER)
    elseif kind == "reset" then
        end_connection(c, "circuit_closed", time)
    end
end

-- Whether a segment begins another connection of the same endpoints.
local function is_another(c, d, flags, sequence, length, time)
    local is_over = c.state == CLOSED
    if has(flags, SYN) then
        if d.seen then
            return d.first ~= sequence or (is_over and c.has_syn and time - c.last_try > SAME_SYN)
        end
        return is_over
    end
    return is_over and length > 0 and time - c.last_seen > CLOSED_MEMORY
end

-- Takes a segment: the TCP header is at str[p]; `wire` is its length on the wire, header included, `last` where its bytes end; both addresses
-- are `bytes` bytes from str[at].
function take_tcp(str, p, last, wire, at, bytes, id)
    if p + 19 > last then
        return
    end
    local s1, s2, s3, s4, a1, a2, a3, a4, words, flags = byte(str, p + 4, p + 13)
    local header = floor(words / 16) * 4
    if header < 20 or header > wire then
        return
    end
    flags = flags % 64
    local time, frame = now_time, now_frame
    local sequence = ((s1 * 256 + s2) * 256 + s3) * 256 + s4
    local acknowledged = ((a1 * 256 + a2) * 256 + a3) * 256 + a4
    local length, first = wire - header, p + header
    local key = at + bytes == p and sub(str, at, p + 3) or sub(str, at, at + bytes - 1) .. sub(str, p, p + 3)
    local first_byte = has(flags, SYN) and (sequence + 1) % 4294967296 or sequence

    local d = directions[key]
    if d and is_another(d.circuit, d, flags, first_byte, length, time) then
        end_connection(d.circuit, "circuit_closed", time)
        forget_connection(d.circuit)
        d = nil
    end
    if not d then
        sweep_connections(time)
        local from, to = sub(str, at, at + bytes / 2 - 1), sub(str, at + bytes / 2, at + bytes - 1)
        local source_port, destination_port = sub(str, p, p + 1), sub(str, p + 2, p + 3)
        d = new_connection(key, to .. from .. destination_port .. source_port, from .. source_port, to .. destination_port, time)
    end
    local c, peer = d.circuit, d.peer
    c.last_seen = time
    if c.ended then
        return
    elseif asked_frame == frame and c.state == UNDECIDED then
        c.is_forced = true
    end
    local plain = flags == 16 or flags == 24
    if not plain or not d.seen or not c.has_synack then
        take_handshake(c, d, flags, first_byte, acknowledged, length, time, frame)
    end

    -- A frame recorded twice: an IP id is used once in a while; where there is none only payload within a millisecond tells.
    local twice = sequence == d.last_sequence and length == d.last_length and flags == d.last_flags and id == d.last_id and d.last_time
        and (not d.acknowledged or acknowledged == d.acknowledged)
        and (id ~= 0 and time - d.last_time <= DUPLICATE_WINDOW
            or id == 0 and length > 0 and time - d.last_time <= DUPLICATE_WINDOW_WITHOUT_ID)
    d.last_time, d.last_sequence, d.last_length, d.last_flags, d.last_id = time, sequence, length, flags, id
    if plain or has(flags, ACK) then
        if d.acknowledged ~= acknowledged then
            d.acknowledged, d.ack_time, d.ack_frame = acknowledged, time, frame
        end
    end
    local is_quiet = #c.deferred == 0 and #d.held == 0 and #peer.held == 0
    local waits = not twice and (length > 0 or has(flags, FIN))
    if plain and is_quiet then
        if not waits then
            return
        end
        if d.next == sequence and (not peer.next or after(acknowledged, peer.next) <= 0) and not d.fin then
            -- the usual case: the next bytes, and nothing waits
            d.next = (sequence + length) % 4294967296
            if c.state == CIRCUIT and last - first + 1 == length then
                decode(c, d, str, first, last, first - 1, frame, time)
                return
            end
            take_chunk(c, d, "data", str, first, last, first - 1, time, frame, 0, length - (last - first + 1))
            return
        end
    end
    local s = waits and {
        direction = d, sequence = first_byte, acknowledged = acknowledged, flags = flags, length = length,
        str = str, first = first, last = max(last, first - 1), place = first - 1, time = time, frame = frame,
    } or nil
    local reset = has(flags, RST)
    drain(c, s, reset, reset)
end
end

--------------------------------------------------------------------------------------------------------------------------------------------
-- 9 Frames
--------------------------------------------------------------------------------------------------------------------------------------------

local take_frame, time_of, datagram_speaks, is_possible_datagram, hand_over, endpoints_of, reset, finish
do
-- What the dissector of a datagram was given, for those that lie in no frame as a whole: Wireshark joins IP fragments.
local given_frame, given_payload, given_length, given_source, given_destination

function hand_over(frame, payload, length, source, destination)
    given_frame, given_payload, given_length, given_source, given_destination = frame, payload, length, source, destination
end

function is_possible_datagram(command, size, dtype, count, p1, p2)
    if not is_possible(command, size) then
        return false
    elseif command == 0 then
        return size == 0 and count <= MAX_MINOR and p2 == 0
    elseif command == 6 then
        return size > 0 and size <= MAX_NAME and (dtype == 5 or dtype == 10) and p1 == p2 and count <= MAX_MINOR
            or (size == 0 or size == 8) and count == 0
    elseif command == 11 then
        return size >= 16
    elseif command == 13 then
        return size == 0 and dtype <= MAX_MINOR
    elseif command == 14 then
        return p1 == p2 and (dtype == 5 or dtype == 10)
    elseif command == 17 or command == 24 then
        return size == 0 and dtype == 0 and count == 0 and p1 == 0
    elseif command == 23 then
        return size == 0 and dtype == 0 and count == 0 and p1 == 0 and p2 == 0
    end
    return false
end

-- Whether a datagram at any port is Channel Access: all of it must be searches, replies or one beacon.
function datagram_speaks(str, first, last, wire, source, destination)
    local evidence = source == destination and wire == 16 and not find(sub(str, first, last), "[^\0]")
    local i = first
    while true do
        local command, size, dtype, count, p1, p2, length = read_header(str, i, last)
        if not command then
            break
        end
        local next_one = i + length + size
        if not is_possible_datagram(command, size, dtype, count, p1, p2) or next_one > last + 1 then
            return false
        end
        if command == 6 then
            if size > 0 and (dtype == 5 or dtype == 10) and p1 == p2 and count <= MAX_MINOR then
                evidence = evidence or has_plausible_text(command, size, dtype, str, i + length, next_one - 1)
            elseif size == 8 and dtype > 1023 then
                local minor = byte(str, i + length) * 256 + byte(str, i + length + 1)
                evidence = evidence or minor > 0 and minor <= MAX_MINOR
            end
        elseif command == 13 then
            evidence = evidence or wire == 16 and dtype > 0 and count > 1023
                and (p2 == 0 or advertised(p2, 0, source) == sub(source, 1, -3) .. "\0\0")
        end
        i = next_one
    end
    return evidence and i == last + 1
end

local function is_channel_access(str, first, last, wire, source, destination)
    local command, size, dtype, count, p1, p2, length = read_header(str, first, last)
    if not command or not is_possible_datagram(command, size, dtype, count, p1, p2) then
        return false
    end
    if is_datagram_endpoint(source) or is_datagram_endpoint(destination) then
        -- All zeros: what libca sends itself and the repeater sends to find out who lives, alone in its datagram.
        local is_bare = command == 0 and size == 0 and dtype == 0 and count == 0 and p1 == 0 and p2 == 0
        return has_plausible_text(command, size, dtype, str, first + length, last) and (not is_bare or wire == 16)
    end
    return datagram_speaks(str, first, last, wire, source, destination)
end

-- A datagram recorded twice: the same endpoints, IP id and payload within 10 ms; without an IP id, 5 microseconds.
local REMEMBERED = 256
local recent, recent_times, recent_at

local function is_duplicate(str, first, last, wire, source, destination, id)
    local what = source .. destination .. char(floor(id / 256), id % 256) .. wire .. sub(str, first, last)
    local before = recent_times[what]
    if before then
        local apart = now_time - before
        local window = id == 0 and 5000 or 10e6
        if apart <= window and apart >= -window then
            return true
        end
    end
    local oldest = recent[recent_at]
    if oldest and recent_times[oldest] and oldest ~= what then
        recent_times[oldest] = nil
    end
    recent[recent_at], recent_times[what] = what, now_time
    recent_at = recent_at % REMEMBERED + 1
    return false
end

-- Who sends such a datagram, as far as the message tells.
local function datagram_sender(command, size, dtype)
    if command == 6 then
        return (size > 0 and (dtype == 5 or dtype == 10)) and CLIENT or SERVER
    elseif command == 24 then
        return CLIENT
    end
    return (command == 14 or command == 13 or command == 17 or command == 11) and SERVER or UNKNOWN
end

local function take_udp(str, first, last, wire, source, destination, id, place)
    local time, frame = now_time, now_frame
    if last < first then
        return
    end
    local command = read_header(str, first, last)
    if not command or command > LAST_COMMAND or is_duplicate(str, first, last, wire, source, destination, id) then
        return
    end
    sweep_searches(time)
    if not is_channel_access(str, first, last, wire, source, destination) then
        return
    end
    local origin, i = { source = source }, first
    while i <= last do
        local size, dtype, count, p1, p2, length
        command, size, dtype, count, p1, p2, length = read_header(str, i, last)
        if not command then
            break
        end
        local next_one = i + length + size
        if not is_possible_datagram(command, size, dtype, count, p1, p2) or next_one > last + 1 then
            break
        end
        local m = add_message(
            frame, place and place + i - first, not place and sub(str, i, next_one - 1), length + size, datagram_sender(command, size, dtype) + 4, origin)
        local pv = take_search_message(
            true, source, destination, m, command, size, dtype, count, p1, p2, str, i + length, next_one - 1, false, time)
        if pv then
            m_pv[m] = pv
        end
        if command == 6 then
            m_server[m] = advertised(p1, dtype, source)
        end
        i = next_one
    end
end

local TCP, UDP, VXLAN = 6, 17, 4789

-- Reads an IP header at str[i]. Returns protocol, where its payload begins, the payload's length on the wire, where both addresses begin and
-- their length together, IP id, and whether it is a fragment; nil if it is no such header.
local function read_ip(str, i, n, wire)
    local version = byte(str, i)
    if not version then
        return nil
    end
    version = floor(version / 16)
    if version == 4 then
        if i + 19 > n then
            return nil
        end
        local v, _, t1, t2, i1, i2, f1, f2, _, protocol = byte(str, i, i + 9)
        local header, total = v % 16 * 4, t1 * 256 + t2
        if total == 0 then
            total = wire - i + 1
        end
        if header < 20 or total < header or total > wire - i + 1 then
            return nil
        end
        return protocol, i + header, total - header, i + 12, 8, i1 * 256 + i2, f1 % 64 > 0 or f2 > 0
    elseif version == 6 then
        if i + 39 > n then
            return nil
        end
        local t1, t2, protocol = byte(str, i + 4, i + 6)
        local length, at = t1 * 256 + t2, i + 40
        if length > wire - i - 39 then
            return nil
        end
        local id, is_fragment = 0, false
        for _ = 1, 8 do
            if protocol ~= 0 and protocol ~= 43 and protocol ~= 60 and protocol ~= 44 then
                break
            end
            local following, words = byte(str, at, at + 1)
            if not words then
                return nil
            end
            local size = protocol == 44 and 8 or words * 8 + 8
            if protocol == 44 then
                local o1, o2, _, _, d1, d2 = byte(str, at + 2, at + 7)
                if not d2 then
                    return nil
                end
                id, is_fragment = d1 * 256 + d2, o1 > 0 or floor(o2 / 8) > 0 or o2 % 2 == 1
            end
            protocol, at, length = following, at + size, length - size
        end
        return protocol, at, length, i + 8, 32, id, is_fragment
    end
    return nil
end

local function take_transport(str, n, protocol, p, wire, at, bytes, id)
    local last = min(n, p + wire - 1)
    if protocol == TCP then
        take_tcp(str, p, last, wire, at, bytes, id)
    elseif p + 7 <= last then
        local l1, l2 = byte(str, p + 4, p + 5)
        local length = l1 * 256 + l2
        if length >= 8 and length <= wire then
            local half = bytes / 2
            take_udp(
                str, p + 8, min(last, p + length - 1), length - 8, sub(str, at, at + half - 1) .. sub(str, p, p + 1),
                sub(str, at + half, at + bytes - 1) .. sub(str, p + 2, p + 3), id, p + 7)
        end
    end
end

-- Where the link header has any other form, and in tunnels: the innermost header that has the ports which Wireshark found, behind an IP header.
-- Returns nil if there is none, and whether there was but ICMP quotes it.
local function find_transport(str, n, wire, source_port, destination_port)
    local ports = char(floor(source_port / 256), source_port % 256, floor(destination_port / 256), destination_port % 256)
    local at, was_quoted = 1, false
    while true do
        local p = find(str, ports, at, true)
        if not p then
            return nil, was_quoted
        end
        for back = 20, 64, 4 do
            if p - back >= 1 then
                local protocol, payload, length, at_addresses, bytes, id, is_fragment = read_ip(str, p - back, n, wire)
                -- ICMP quotes the header of what it is about
                local quoting = protocol and p - back >= 29 and byte(str, p - back - 28) == 69 and byte(str, p - back - 19) == 1
                    or protocol and p - back >= 49 and floor(byte(str, p - back - 48) / 16) == 6 and byte(str, p - back - 42) == 58
                if quoting then
                    was_quoted = true
                elseif (protocol == TCP or protocol == UDP) and payload == p and not is_fragment then
                    return protocol, p, length, at_addresses, bytes, id
                end
            end
        end
        at = p + 1
    end
end

-- 4 or 16 bytes of an address that Wireshark wrote out.
local function address_bytes(text)
    local a, b, c, d = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
    if a and tonumber(a) < 256 and tonumber(b) < 256 and tonumber(c) < 256 and tonumber(d) < 256 then
        return char(tonumber(a), tonumber(b), tonumber(c), tonumber(d))
    end
    local head, tail = text:match("^([%x:]-)::([%x:]*)$")
    if not head then
        head, tail = text:match("^[%x:]+$") or "", ""
    end
    local function words(part)
        local out = {}
        for word in part:gmatch("%x+") do
            local number = tonumber(word, 16) % 65536
            out[#out + 1] = char(floor(number / 256), number % 256)
        end
        return out
    end
    local first, second = words(head), words(tail)
    local missing = max(0, 8 - #first - #second)
    return sub(concat(first) .. ("\0\0"):rep(missing) .. concat(second), 1, 16)
end

local function endpoint_of(address, port)
    port = port or 0
    return address_bytes(address) .. char(floor(port / 256) % 256, port % 256)
end

-- When a frame was captured, in nanoseconds since the first. pinfo.rel_ts is exact, but counts from a time reference that the user may have set;
-- pinfo.abs_ts tells that, to some 240 ns.
local first_at, moved_by = nil, 0

function time_of(pinfo)
    local relative, absolute = pinfo.rel_ts or 0, pinfo.abs_ts or 0
    first_at = first_at or absolute - relative
    local moved = absolute - first_at - relative
    if moved < 2e-6 and moved > -2e-6 then
        return floor(relative * 1e9 + 0.5)
    end
    if moved - moved_by > 2e-6 or moved_by - moved > 2e-6 then
        moved_by = moved
    end
    return floor((relative + moved_by) * 1e9 + 0.5)
end

-- The clock that messages are timed by. A lone frame that is far earlier than the one before has a wrong time.
local clock_now, before_jump, went_back

local function follow_clock(time)
    if not clock_now then
        clock_now = time
        return time
    end
    local moved = time - clock_now
    if moved >= -10e9 then
        before_jump, went_back = moved > 10e9 and clock_now or nil, false
        clock_now = max(time, clock_now)
        return time
    end
    local is_true = went_back or (before_jump ~= nil and time >= before_jump)
    went_back, before_jump = not is_true, nil
    if is_true then
        clock_now = time
    end
    return is_true and time or clock_now
end

function take_frame(frame, str, pinfo)
    now_frame = frame
    now_time = follow_clock(time_of(pinfo))
    local n = #str
    local wire = pinfo.len
    local protocol, p, length, at, bytes, id, is_fragment
    local e1, e2, v = byte(str, 13, 15)
    if v == 69 and e1 == 8 and e2 == 0 then
        protocol, p, length, at, bytes, id, is_fragment = read_ip(str, 15, n, wire)
    end
    if protocol == TCP and not is_fragment then
        take_transport(str, n, TCP, p, length, at, bytes, id)
        return
    end
    if given_frame == frame and given_payload then
        -- A datagram that the dissector was given; its place in the frame is known if it lies there whole.
        if protocol ~= UDP or is_fragment then
            local source, destination
            if at and protocol == UDP then
                source = sub(str, at, at + 3) .. sub(given_source, -2)
                destination = sub(str, at + 4, at + 7) .. sub(given_destination, -2)
            else
                protocol, p, length, at, bytes, id = find_transport(str, n, wire, port_of(given_source), port_of(given_destination))
                if protocol then
                    take_transport(str, n, protocol, p, length, at, bytes, id)
                    return
                elseif p then
                    return
                end
                source, destination = given_source, given_destination
            end
            take_udp(given_payload, 1, #given_payload, given_length, source, destination, id or 0, nil)
            return
        end
    end
    if protocol == UDP and not is_fragment then
        local d1, d2 = byte(str, p + 2, p + 3)
        if d2 and d1 * 256 + d2 ~= VXLAN then
            take_transport(str, n, UDP, p, length, at, bytes, id)
            return
        end
    elseif is_fragment then
        return
    end
    local source_port, destination_port = pinfo.src_port, pinfo.dst_port
    if not source_port or not destination_port or source_port == 0 and destination_port == 0 or source_port > 65535 or destination_port > 65535 then
        return
    end
    protocol, p, length, at, bytes, id = find_transport(str, n, wire, source_port, destination_port)
    if protocol then
        take_transport(str, n, protocol, p, length, at, bytes, id)
    end
end

-- Forgets everything: Wireshark opens a file, or dissects it anew.
function reset()
    m_key, m_pv, m_link, m_latency, m_outcome, m_first, m_server, m_place = {}, {}, {}, {}, {}, {}, {}, {}
    messages, added_frame, next_place, frame_first, frame_more, frame_place, frame_circuit, frame_connect = 0, nil, nil, {}, {}, {}, {}, {}
    now_time, now_frame, finished = 0, 0, false
    learned_servers, learned_datagrams, asked_frame = {}, {}, nil
    directions, connections_held, open_seen, closed_seen = {}, 0, math.huge, math.huge
    searches, searches_held, swept_at = {}, 0, -math.huge
    recent, recent_times, recent_at = {}, {}, 1
    clock_now, before_jump, went_back = nil, nil, false
    first_at, moved_by = nil, 0
    given_frame, given_payload = nil, nil
    suspects, not_ours = {}, {}
end

-- The recording has ended: decodes what still waited, and ends what is open.
function finish()
    if finished then
        return
    end
    finished = true
    for _, d in pairs(directions) do
        end_connection(d.circuit, "pending", now_time)
    end
    for _, by_cid in pairs(searches) do
        for _, search in pairs(by_cid) do
            leave_search(search, "pending", now_time)
        end
    end
end

function endpoints_of(pinfo)
    return endpoint_of(tostring(pinfo.src), pinfo.src_port), endpoint_of(tostring(pinfo.dst), pinfo.dst_port)
end

end

--------------------------------------------------------------------------------------------------------------------------------------------
-- 10 Display
--------------------------------------------------------------------------------------------------------------------------------------------

local show_frame, readable, address_text, for_messages_of
do
-- What a command uses its header fields for: data type, data count, parameter 1, parameter 2, and its payload.
local REQUESTS = {
    [0] = { "priority", "minor" },
    [1] = { "dbr", false, "sid", "subscription", "mask" },
    [2] = { "dbr", false, "sid", "subscription" },
    [3] = { "dbr", false, "sid", "ioid" },
    [4] = { "dbr", false, "sid", "cid", "value" },
    [6] = { "reply_flag", "minor", "search", false, "pv" },
    [8] = {}, [9] = {}, [10] = {}, [23] = {},
    [12] = { false, false, "sid", "cid" },
    [15] = { "dbr", false, "sid", "ioid" },
    [18] = { false, false, "cid", "minor", "pv" },
    [19] = { "dbr", false, "sid", "ioid", "value" },
    [20] = { false, false, false, false, "user" },
    [21] = { false, false, false, false, "host" },
    [24] = { false, false, false, "address" },
}
local REPLIES = {
    [0] = { false, "minor" },
    [1] = { "dbr", false, "status", "subscription", "value" },
    [3] = { "dbr", false, "cid", "ioid", "value" },
    [6] = { "port", false, "server", "search", "minor" },
    [10] = {}, [23] = {},
    [11] = { false, false, "cid", "status", "error" },
    [12] = { false, false, "sid", "cid" },
    [13] = { "minor", "port", "beacon", "server" },
    [14] = { "reply_flag", "minor", "search" },
    [15] = { "dbr", false, "status", "ioid", "value" },
    [17] = { false, false, false, "address" },
    [18] = { "dbr", false, "cid", "sid" },
    [19] = { "dbr", false, "status", "ioid" },
    [22] = { false, false, "cid", "rights" },
    [26] = { false, false, "cid" },
    [27] = { false, false, "cid" },
}
local CANCEL_CONFIRMED = { "dbr", false, "sid", "subscription" }
local FAILED_VALUE = { "dbr", false, "status", "subscription", "raw" }
local FAILED_GET = { "dbr", false, "status", "ioid", "raw" }
local RAW = { false, false, false, false, "raw" }
local SEQUENCE, NO_SEQUENCE = { "sequence_flag", "minor", "sequence" }, { "sequence_flag", "minor" }
local NOTHING = {}

local function roles_of(command, size, dtype, p1, sender, over_udp)
    if over_udp and command == 0 then
        return dtype % 2 == 1 and SEQUENCE or NO_SEQUENCE
    elseif over_udp and command == 23 then
        return NOTHING
    elseif sender == CLIENT then
        return REQUESTS[command] or RAW
    elseif sender == SERVER then
        if command == 1 and size == 0 then
            return CANCEL_CONFIRMED
        elseif command == 1 and p1 ~= ECA_NORMAL then
            -- A reply that tells a failure has the room of a value, filled with zeros by rsrv: not a value that the PV had.
            return FAILED_VALUE
        elseif command == 15 and p1 ~= ECA_NORMAL then
            return FAILED_GET
        end
        return REPLIES[command] or RAW
    end
    return RAW
end

local REPLACEMENT = "\239\191\189"

-- Valid UTF-8 of text in unknown encoding: each run of bytes that cannot be continued becomes one U+FFFD.
local function clean(text)
    if not find(text, "[\128-\255]") then
        return text
    end
    local out, i, n = {}, 1, #text
    while i <= n do
        local b = byte(text, i)
        local need, low, high = 0, 128, 191
        if b >= 194 and b <= 223 then
            need = 1
        elseif b >= 224 and b <= 239 then
            need = 2
            low, high = b == 224 and 160 or 128, b == 237 and 159 or 191
        elseif b >= 240 and b <= 244 then
            need = 3
            low, high = b == 240 and 144 or 128, b == 244 and 143 or 191
        end
        local got = 0
        while got < need do
            local following = byte(text, i + got + 1)
            if not following or following < low or following > high then
                break
            end
            got, low, high = got + 1, 128, 191
        end
        out[#out + 1] = (b < 128 or need > 0 and got == need) and sub(text, i, i + got) or REPLACEMENT
        i = i + got + 1
    end
    return concat(out)
end

local function code_of(bytes)
    local first = byte(bytes)
    local code = first < 128 and first or first < 224 and first % 32 or first < 240 and first % 16 or first % 8
    for i = 2, #bytes do
        code = code * 64 + byte(bytes, i) % 64
    end
    return format("\\u{%x}", code)
end

-- Control characters, line ends, and what shows nothing by itself but changes how its neighbours show: directions, joiners, tags.
local UNSAFE = {
    "[\0\1-\31\127]", "\194[\128-\159\173]", "\216[\128-\133\156]", "\219\157", "\220\143", "\224\163\162", "\225\160\142",
    "\226\128[\139-\143\168-\174]", "\226\129[\160-\175]", "\239\187\191", "\239\191[\185-\187]", "\243\160[\128\129][\128-\191]",
}

-- Text of strangers for people: what would act on a terminal, or make it look like another text, is told by its number, as \u{1b}.
-- Fields keep the text as it was sent, so that filters find it.
function readable(text)
    if not find(text, "[^ -~]") then
        return text
    end
    text = clean(text)
    for _, unsafe in ipairs(UNSAFE) do
        text = text:gsub(unsafe, code_of)
    end
    return text
end

local function until_nul(str, from, last)
    local nul = find(str, "\0", from, true)
    return sub(str, from, (nul and nul <= last) and nul - 1 or last)
end

-- The address of an endpoint, as Wireshark writes it (RFC 5952).
function address_text(endpoint)
    if #endpoint == 6 then
        return format("%d.%d.%d.%d", byte(endpoint, 1, 4))
    elseif #endpoint ~= 18 then
        return "?"
    end
    local words, best, best_length = {}, nil, 1
    for i = 1, 8 do
        words[i] = byte(endpoint, 2 * i - 1) * 256 + byte(endpoint, 2 * i)
    end
    local i = 1
    while i <= 8 do
        local j = i
        while j <= 8 and words[j] == 0 do
            j = j + 1
        end
        if j - i > best_length then
            best, best_length = i, j - i
        end
        i = max(j, i + 1)
    end
    local function text(from, to)
        local parts = {}
        for k = from, to do
            parts[#parts + 1] = format("%x", words[k])
        end
        return concat(parts, ":")
    end
    return best and text(1, best - 1) .. "::" .. text(best + best_length, 8) or text(1, 8)
end

local function ipv4_text(number)
    return format("%d.%d.%d.%d", floor(number / 16777216), floor(number / 65536) % 256, floor(number / 256) % 256, number % 256)
end

local function shortest(value, digits, max_digits, same)
    if value ~= value then
        return "NaN"
    elseif value == math.huge then
        return "Infinity"
    elseif value == -math.huge then
        return "-Infinity"
    end
    for precision = digits, max_digits do
        local text = format("%." .. precision .. "g", value)
        if same(tonumber(text)) then
            return text
        end
    end
    return format("%." .. max_digits .. "g", value)
end

-- Of each element: reads it at str[i] as a number, and as text.
local READERS = {
    int16 = function(str, i)
        local a, b = byte(str, i, i + 1)
        local value = a * 256 + b
        return value < 32768 and value or value - 65536
    end,
    uint16 = function(str, i)
        local a, b = byte(str, i, i + 1)
        return a * 256 + b
    end,
    uint8 = function(str, i) return (byte(str, i)) end,
    int32 = function(str, i)
        local a, b, c, d = byte(str, i, i + 3)
        local value = ((a * 256 + b) * 256 + c) * 256 + d
        return value < 2147483648 and value or value - 4294967296
    end,
    float32 = function(str, i) return (Struct.unpack(">f", str, i)) end,
    float64 = function(str, i) return (Struct.unpack(">d", str, i)) end,
}

local function number_text(element, value)
    if element == "float64" then
        return shortest(value, 15, 17, function(other) return other == value end)
    elseif element == "float32" then
        return shortest(value, 6, 9, function(other) return (Struct.unpack(">f", Struct.pack(">f", other))) == value end)
    end
    return format("%d", value)
end

-- Without a tree that anybody sees, only those fields are added that a filter, a column or a colouring rule asks for. Which these are tshark
-- tells once in each pass over the packets; the GUI dissects a row now for its colour, now without, so that it is asked each time.
local hidden_wants, hidden_wants_value, hidden_frame = {}, false, math.huge
local VALUE_FIELDS = { "value", "number", "text", "truncated", "alarm_status", "alarm_severity", "ackt", "acks", "stamp", "precision", "units", "enum_string" }

local function find_wanted(tree, frame)
    if is_gui or frame <= hidden_frame then
        hidden_wants = {}
        for name, field in pairs(F) do
            if name ~= "limits" then
                hidden_wants[field] = tree:referenced(field) or nil
            end
        end
        hidden_wants_value = false
        for _, name in ipairs(VALUE_FIELDS) do
            hidden_wants_value = hidden_wants_value or hidden_wants[F[name]] or false
        end
        for _, field in ipairs(F.limits) do
            hidden_wants[field] = tree:referenced(field) or nil
            hidden_wants_value = hidden_wants_value or hidden_wants[field] or false
        end
    end
    hidden_frame = frame
end

local RANGE = {}
local function no_range() return RANGE end

local Nothing = {}
Nothing.__index = Nothing
function Nothing:add() return self end
function Nothing:set_generated() return self end
function Nothing:set_text() return self end
local nothing = setmetatable({}, Nothing)

-- Stands for a tree item.
local Hidden = {}
Hidden.__index = Hidden
function Hidden:add(field, where, value)
    if field == RANGE then
        return self
    elseif not hidden_wants[field] then
        return nothing
    elseif where ~= RANGE then
        return self.item:add(field, where)
    end
    local range = self.tvb(self.base, self.length)
    if value == nil then
        return self.item:add(field, range)
    end
    return self.item:add(field, range, value)
end
function Hidden:add_proto_expert_info(...)
    self.item:add_proto_expert_info(...)
end

local function hidden_item(item, tvb, base, length)
    return setmetatable({ item = item, tvb = tvb, base = base, length = length }, Hidden)
end

-- Shows the value in str[from..last], as far as it is there. `range(i, n)` tells where str[i..] is in the packet.
local function show_value(item, range, str, from, last, dtype, count, size)
    local layout = DBR[dtype]
    if not layout then
        return nil
    end
    local bytes = last - from + 1
    local element, form = layout.element, layout.form
    local function u16(offset)
        if bytes < offset + 2 then
            return nil
        end
        local a, b = byte(str, from + offset, from + offset + 1)
        return a * 256 + b
    end
    local function add_u16(field, offset)
        local value = u16(offset)
        if value then
            item:add(field, range(from + offset, 2), value)
        end
    end
    if form ~= "plain" and bytes >= 4 then
        add_u16(F.alarm_status, 0)
        add_u16(F.alarm_severity, 2)
    end
    if form == "acknowledge" and bytes >= 8 then
        add_u16(F.ackt, 4)
        add_u16(F.acks, 6)
    elseif form == "time" and bytes >= 12 then
        local s1, s2, s3, s4, n1, n2, n3, n4 = byte(str, from + 4, from + 11)
        local seconds = ((s1 * 256 + s2) * 256 + s3) * 256 + s4 + 631152000
        local nanoseconds = ((n1 * 256 + n2) * 256 + n3) * 256 + n4
        item:add(F.stamp, range(from + 4, 8), NSTime.new(seconds + floor(nanoseconds / 1000000000), nanoseconds % 1000000000))
    elseif form == "graphic" or form == "control" then
        if element == "uint16" then
            local declared = u16(4)
            if declared then
                for index = 0, min(declared, 16, floor(max(bytes - 6, 0) / 26)) - 1 do
                    local at = from + 6 + index * 26
                    item:add(F.enum_string, range(at, 26), clean(until_nul(str, at, at + 25)))
                end
            end
        else
            local units = 4
            if element == "float32" or element == "float64" then
                local precision = u16(4)
                if precision then
                    item:add(F.precision, range(from + 4, 2), precision < 32768 and precision or precision - 65536)
                end
                units = 8
            end
            if bytes >= units + 8 then
                item:add(F.units, range(from + units, 8), clean(until_nul(str, from + units, from + units + 7)))
            end
            for index = 1, form == "control" and 8 or 6 do
                local offset = units + 8 + (index - 1) * layout.element_size
                if bytes < offset + layout.element_size then
                    break
                end
                item:add(F.limits[index], range(from + offset, layout.element_size), READERS[element](str, from + offset))
            end
        end
    end

    local value_from = from + layout.offset
    local value_bytes = max(0, last - value_from + 1)
    local whole = min(count, floor(max(0, size - layout.offset) / layout.element_size))
    -- A lone string is sent up to its NUL by WRITE, WRITE_NOTIFY and READ.
    local is_cut_string = count == 1 and element == "text" and size > layout.offset and size < layout.size
    if is_cut_string then
        whole = 1
    end
    -- Of a large array that came in several segments, only the beginning was kept.
    local shown = min(whole, max(ca.prefs.max_elements, 1), is_cut_string and 1 or floor(value_bytes / layout.element_size))
    local texts, numbers = {}, {}
    for index = 0, shown - 1 do
        local at = value_from + index * layout.element_size
        if element == "text" then
            texts[index + 1] = clean(until_nul(str, at, min(last, at + 39)))
        else
            numbers[index + 1] = READERS[element](str, at)
            texts[index + 1] = number_text(element, numbers[index + 1])
        end
    end
    local summary
    if count == 1 and shown == 1 then
        summary = texts[1]
    else
        summary = format("[%d] ", whole) .. concat(texts, ", ") .. (shown < whole and ", …" or "")
    end
    local value_size = is_cut_string and value_bytes or min(value_bytes, whole * layout.element_size)
    local value = item:add(F.value, range(min(value_from, last + 1), value_size), summary)
    if range == no_range then
        value = item
    end
    for index = 1, shown do
        local at = value_from + (index - 1) * layout.element_size
        if numbers[index] then
            value:add(F.number, range(at, layout.element_size), numbers[index])
        else
            value:add(F.text, range(at, min(40, last - at + 1)), texts[index])
        end
    end
    if whole < count or is_cut_string and not find(sub(str, value_from, last), "\0", 1, true) then
        item:add(F.truncated, true):set_generated()
        item:add_proto_expert_info(X.malformed)
    end
    return summary
end

local function nstime(nanoseconds)
    return NSTime.new(floor(nanoseconds / 1e9), nanoseconds % 1e9)
end

local function show_error(item, range, str, from, last)
    local command, size, dtype, count, p1, p2, length = read_header(str, from, last)
    if not command then
        return
    end
    local request = item:add(range(from, length), "Request that failed: " .. (COMMANDS[command] or format("%d", command)))
    request:add(F.error_command, range(from, 2), command)
    request:add(F.error_size, range(length == 24 and from + 16 or from + 2, length == 24 and 4 or 2), size)
    request:add(F.error_type, range(from + 4, 2), dtype)
    request:add(F.error_count, range(length == 24 and from + 20 or from + 6, length == 24 and 4 or 2), count)
    request:add(F.error_p1, range(from + 8, 4), p1)
    request:add(F.error_p2, range(from + 12, 4), p2)
    item:add(F.error_text, range(from + length, last - from - length + 1), clean(until_nul(str, from + length, last)))
end

-- One header field under the name of what the command uses it for.
local function show_role(item, role, where, value, i, command)
    if role == "status" then
        item:add(F.status, where, value)
        item:add(F.status_severity, where, value % 8)
        if value == ECA_NORDACCESS or value == ECA_NOWTACCESS then
            item:add_proto_expert_info(X.denied, "Access denied: " .. ECA[value])
        elseif value % 2 == 0 then
            item:add_proto_expert_info(X.failed, "Request failed: " .. (ECA[value] or format("status 0x%x", value)))
        end
    elseif role == "cid" then
        if command ~= 11 or value ~= 4294967295 then
            item:add(F.cid, where, value)
        end
    elseif role == "search" then
        item:add(F.cid, where, value)
        item:add(F.search_id, where, value)
    elseif role == "server" then
        local own = value == 0 or value == 4294967295
        local origin = circuit_of(i)
        item:add(F.server_address, where, own and (origin.source and address_text(origin.source) or address_text(server_of(origin).endpoint)) or ipv4_text(value))
    elseif role == "address" then
        item:add(F.address, where, ipv4_text(value))
    elseif role == "reply_flag" then
        item:add(F.reply_wanted, where, value == 10)
    elseif role == "sequence_flag" then
        item:add(F.sequence_valid, where, value % 2 == 1)
    elseif role == "rights" then
        item:add(F.access_rights, where, value)
        if value % 4 ~= 3 then
            item:add_proto_expert_info(X.denied, "Access limited to: " .. RIGHTS[value % 4])
        end
    else
        item:add(F[role], where, value)
    end
end

local ROLE_FIELDS = {
    sid = "sid", ioid = "ioid", subscription = "subscription", minor = "minor_version", priority = "priority", port = "server_port",
    beacon = "beacon_id", sequence = "sequence", dbr = "dbr_type",
}
for role, name in pairs(ROLE_FIELDS) do
    F[role] = F[name]
end

-- What became of a request that has no response yet.
local function open_outcome(i, asked)
    local c = circuit_of(i)
    if c.last_server_gap and (c.server_hidden or asked <= c.last_server_gap) then
        return "lost_in_gap"
    end
    return now_time - asked > timeout and "timed_out" or "pending"
end

local function is_request(command, sender)
    return sender == CLIENT and command ~= 11
end

local function show_link(item, i, command, sender, asked)
    local operation = operation_of(i)
    if operation == 0 then
        return nil
    end
    item:add(F.operation, OPERATIONS[operation]):set_generated()
    local link, outcome = m_link[i], m_outcome[i]
    if is_request(command, sender) then
        if m_first[i] then
            item:add(F.first_try, m_first[i]):set_generated()
            return nil
        elseif link then
            item:add(F.response_in, link):set_generated()
        else
            outcome = outcome or open_outcome(i, asked)
            if outcome == "timed_out" or outcome == "circuit_closed" then
                item:add(F.no_response, true):set_generated()
                item:add_proto_expert_info(X.no_response, "No response: " .. outcome:gsub("_", " "))
            end
        end
        item:add(F.outcome, outcome or "answered"):set_generated()
        return nil
    end
    if link then
        item:add(F.response_to, link):set_generated()
        item:add(F.time, nstime(m_latency[i])):set_generated()
        local slow = ca.prefs.slow_reply
        if slow > 0 and m_latency[i] > slow * 1e6 then
            item:add_proto_expert_info(X.slow, format("Response after %.3f ms", m_latency[i] / 1e6))
        end
    end
    if link or outcome then
        item:add(F.outcome, outcome or "answered"):set_generated()
    end
    return nil
end

-- Shows message i. Returns its length.
local function show_message(tree, frame_tvb, i, place, asked)
    local head = m_key[i] % 256
    local sender, over_udp, has_gap = head % 4, floor(head / 4) % 2 == 1, floor(head / 8) % 2 == 1
    local is_kept = type(place) == "string"
    local str = is_kept and place or frame_tvb:raw(place)
    local command, size, dtype, count, p1, p2, length = read_header(str, 1, #str)
    if not command then
        return 0
    end
    local from = length + 1
    local last = min(#str, length + size)
    local name = COMMANDS[command] or format("%d", command)
    local extended = length == 24
    local tvb = is_kept and ByteArray.new(str, true):tvb("Channel Access message") or frame_tvb
    local base = is_kept and 0 or place
    local item, range = tree:add(ca, tvb(base, last)), nil
    local pv = m_pv[i]
    if tree.visible then
        item:set_text("EPICS Channel Access, " .. name .. (pv and " " .. readable(pv) or ""))
        range = function(at, n) return tvb(base + at - 1, n) end
    else
        item, range = hidden_item(item, tvb, base, last), no_range
    end
    item:add(F.command, range(1, 2), command)
    item:add(F.size, extended and range(17, 4) or range(3, 2), size)
    item:add(F.type, range(5, 2), dtype)
    item:add(F.count, extended and range(21, 4) or range(7, 2), count)
    item:add(F.p1, range(9, 4), p1)
    item:add(F.p2, range(13, 4), p2)
    if extended then
        item:add(F.size_raw, range(3, 2), 65535)
        item:add(F.count_raw, range(7, 2), byte(str, 7) * 256 + byte(str, 8))
    end
    item:add(F.extended, extended):set_generated()
    item:add(F.sender, SENDERS[sender]):set_generated()

    local roles = roles_of(command, size, dtype, p1, sender, over_udp)
    local payload = roles[5]
    if pv then
        if payload == "pv" then
            item:add(F.pv, range(from, last - from + 1), clean(pv))
        else
            item:add(F.pv, clean(pv)):set_generated()
        end
    elseif payload == "pv" and not has_gap then
        item:add(F.pv, range(from, last - from + 1), clean(until_nul(str, from, last)))
    end
    if roles[3] then show_role(item, roles[3], range(9, 4), p1, i, command) end
    if roles[4] then show_role(item, roles[4], range(13, 4), p2, i, command) end
    if roles[1] then show_role(item, roles[1], range(5, 2), dtype, i, command) end
    if roles[2] then show_role(item, roles[2], extended and range(21, 4) or range(7, 2), count, i, command) end
    if roles == CANCEL_CONFIRMED then
        item:add(F.confirms, "EVENT_CANCEL"):set_generated()
    end
    if has_gap then
        item:add(F.gap, true):set_generated()
        item:add_proto_expert_info(X.gap)
    elseif payload == "value" and (range ~= no_range or hidden_wants_value) then
        show_value(item, range, str, from, last, dtype, count, size)
    elseif payload == "mask" and last - from + 1 >= 14 then
        item:add(F.mask, range(from + 12, 2), byte(str, from + 12) * 256 + byte(str, from + 13))
    elseif payload == "user" then
        item:add(F.client_name, range(from, last - from + 1), clean(until_nul(str, from, last)))
    elseif payload == "host" then
        item:add(F.host_name, range(from, last - from + 1), clean(until_nul(str, from, last)))
    elseif payload == "minor" and last - from + 1 >= 2 then
        item:add(F.minor_version, range(from, 2), byte(str, from) * 256 + byte(str, from + 1))
    elseif payload == "error" then
        show_error(item, range, str, from, last)
    elseif payload == "raw" and last >= from then
        item:add(F.data, range(from, last - from + 1))
    end
    if command == 27 then
        item:add_proto_expert_info(X.disconnected)
    elseif command == 26 then
        item:add_proto_expert_info(X.failed, "Channel not created")
    end

    local circuit = circuit_of(i)
    if circuit.user then
        item:add(F.user, clean(circuit.user)):set_generated()
    end
    if circuit.host then
        item:add(F.host, clean(circuit.host)):set_generated()
    end
    show_link(item, i, command, sender, asked)
    return length + size
end

local function show_connect(tree, connect)
    local item = tree:add(ca)
    item:set_text("EPICS Channel Access, connection")
    item:add(F.operation, OPERATIONS[CONNECT]):set_generated()
    if connect.response_in then
        item:add(F.response_in, connect.response_in):set_generated()
    end
    if connect.response_to then
        item:add(F.response_to, connect.response_to):set_generated()
    end
    if connect.latency then
        item:add(F.time, nstime(connect.latency)):set_generated()
    end
    if connect.outcome == "timed_out" or connect.outcome == "circuit_closed" then
        item:add(F.no_response, true):set_generated()
    end
    item:add(F.outcome, connect.outcome):set_generated()
end

-- Calls back with each message of a frame in their order, and where it lies; the call returns the message's length.
function for_messages_of(frame, call)
    local function run(i, place)
        while i <= messages and floor(m_key[i] / 256) == frame do
            place = m_place[i] or place
            if not place then
                return
            end
            local length = call(i, place)
            place = type(place) == "number" and place + length or nil
            i = i + 1
        end
    end
    run(frame_first[frame], frame_place[frame])
    for _, i in ipairs(frame_more[frame] or NOTHING) do
        run(i, nil)
    end
end

local MAX_NAMED = 4

local function summary_of(frame, tvb)
    local parts, count = {}, 0
    local n = tvb:len()
    for_messages_of(frame, function(i, place)
        count = count + 1
        local str = type(place) == "string" and place or tvb:raw(place, min(24, n - place))
        local command, size, _, _, _, _, length = read_header(str, 1, #str)
        if count <= MAX_NAMED then
            local pv = m_pv[i]
            parts[count] = (COMMANDS[command] or "?") .. (pv and " " .. readable(pv) or "")
        end
        return command and length + size or 0
    end)
    return concat(parts, ", ") .. (count > MAX_NAMED and format(", and %d more", count - MAX_NAMED) or "")
end

-- Whether anybody sees the columns. It stays so during the first pass.
local columns_frame, columns_seen = math.huge, false

local function has_columns(frame, pinfo)
    if pinfo.visited or frame <= columns_frame then
        columns_seen = tostring(pinfo.cols.protocol) ~= "(protocol)"
    end
    columns_frame = pinfo.visited and math.huge or frame
    return columns_seen
end

function show_frame(frame, tvb, pinfo, tree, wanted)
    local connect = frame_connect[frame]
    if frame_first[frame] then
        if has_columns(frame, pinfo) then
            local columns = pinfo.cols
            columns.protocol = "CA"
            columns.info = summary_of(frame, tvb)
        end
        if wanted then
            local asked = time_of(pinfo)
            if not tree.visible then
                find_wanted(tree, frame)
            end
            for_messages_of(frame, function(i, place) return show_message(tree, tvb, i, place, asked) end)
        end
    end
    if connect and wanted then
        show_connect(tree, connect)
    end
end

end

--------------------------------------------------------------------------------------------------------------------------------------------
-- 11 Statistics
--------------------------------------------------------------------------------------------------------------------------------------------

do
local function quantile(sorted, q)
    local position = (#sorted - 1) * q
    local lower = min(floor(position), #sorted - 1)
    local fraction = position - lower
    local a, b = sorted[lower + 1], sorted[min(lower + 1, #sorted - 1) + 1]
    return fraction < 0.5 and a + (b - a) * fraction or b - (b - a) * (1 - fraction)
end

local function server_text(i)
    local origin = circuit_of(i)
    return address_text(m_server[i] or origin.source or server_of(origin).endpoint)
end

-- Calls back with operation, server, latency (nil where no reply came) and outcome of each operation whose frames are chosen.
local function for_operations(chosen, call)
    for i = 1, messages do
        local operation = operation_of(i)
        if operation > 0 and m_latency[i] and chosen(frame_of(i)) then
            call(operation, server_text(i), m_latency[i], m_outcome[i] or "answered")
        end
    end
    for frame, connect in pairs(frame_connect) do
        if connect.latency and chosen(frame) then
            call(CONNECT, address_text(server_of(connect.circuit).endpoint), connect.latency, connect.outcome)
        end
    end
end

-- is_narrow: for a window, which has room for 72 characters a line and breaks longer ones.
local function response_times(chosen, is_narrow)
    local groups, keys = {}, {}
    for_operations(chosen, function(operation, server, latency, outcome)
        if outcome ~= "answered" and outcome ~= "failed" then
            return
        end
        local key = operation .. server
        local group = groups[key]
        if not group then
            group = { operation = operation, server = server, sum = 0, failed = 0, values = {} }
            groups[key] = group
            keys[#keys + 1] = key
        end
        group.sum = group.sum + latency
        group.failed = group.failed + (outcome == "failed" and 1 or 0)
        group.values[#group.values + 1] = latency
    end)
    table.sort(keys, function(a, b)
        local left, right = groups[a], groups[b]
        if left.operation ~= right.operation then
            return left.operation < right.operation
        end
        return left.server < right.server
    end)
    local lines = {
        "Channel Access, service response time in milliseconds",
        is_narrow and format("%-9s %-15s %7s %6s %9s %9s %9s", "operation", "server", "replies", "failed", "p50", "p95", "max")
            or format("%-10s %-24s %9s %9s %14s %14s %14s %14s %14s %14s",
                "operation", "server", "replies", "failed", "min", "mean", "p50", "p95", "p99", "max"),
    }
    for _, key in ipairs(keys) do
        local group = groups[key]
        local values = group.values
        table.sort(values)
        local p50, p95, longest = quantile(values, 0.5) / 1e6, quantile(values, 0.95) / 1e6, values[#values] / 1e6
        lines[#lines + 1] = is_narrow
            and format("%-9s %-15s %7d %6d %9.3f %9.3f %9.3f", OPERATIONS[group.operation], group.server, #values, group.failed, p50, p95, longest)
            or format("%-10s %-24s %9d %9d %14.6f %14.6f %14.6f %14.6f %14.6f %14.6f",
                OPERATIONS[group.operation], group.server, #values, group.failed, values[1] / 1e6, group.sum / #values / 1e6,
                p50, p95, quantile(values, 0.99) / 1e6, longest)
    end
    if is_narrow then
        lines[#lines + 1] = "\nIn more detail: tshark -q -z cabridge,srt -r FILE"
    end
    return concat(lines, "\n") .. "\n"
end

local function pv_list(chosen)
    local counts, asked, names = {}, {}, {}
    for i = 1, messages do
        local pv = m_pv[i]
        if pv and chosen(frame_of(i)) then
            if not counts[pv] then
                counts[pv], asked[pv] = 0, 0
                names[#names + 1] = pv
            end
            counts[pv] = counts[pv] + 1
            asked[pv] = asked[pv] + (m_latency[i] and 1 or 0)
        end
    end
    table.sort(names)
    local lines = { "Channel Access, PVs", format("%9s %9s  %s", "messages", "replies", "PV") }
    for _, name in ipairs(names) do
        lines[#lines + 1] = format("%9d %9d  %s", counts[name], asked[name], readable(name))
    end
    return concat(lines, "\n") .. "\n"
end

local function all() return true end

-- A tap that remembers the frames which pass its filter, and writes its report when it is drawn.
local function report_command(report)
    return function(arguments)
        local filter = (arguments or ""):match("^cabridge,%a+,(.*)$") or ""
        local frames = {}
        local tap = Listener.new("frame", filter ~= "" and filter or nil)
        function tap.packet(pinfo)
            if filter ~= "" then
                frames[pinfo.number] = true
            end
        end
        function tap.reset()
            frames = {}
        end
        function tap.draw()
            finish()
            print(report(filter == "" and all or function(frame) return frames[frame] end))
        end
    end
end

local function report_window(title, report)
    return function()
        local window = TextWindow.new(title)
        local function draw()
            window:set(report(all, true))
        end
        draw()
        window:add_button("Refresh", draw)
    end
end

if register_stat_cmd_arg then
    pcall(register_stat_cmd_arg, "cabridge,srt", report_command(response_times))
    pcall(register_stat_cmd_arg, "cabridge,pvs", report_command(pv_list))
end
if gui_enabled and gui_enabled() then
    register_menu("Channel Access Service Response Time", report_window("Channel Access, Service Response Time", response_times), MENU_STAT_UNSORTED)
    register_menu("Channel Access PVs", report_window("Channel Access, PVs", pv_list), MENU_STAT_UNSORTED)
end
end

--------------------------------------------------------------------------------------------------------------------------------------------
-- 12 Registration
--------------------------------------------------------------------------------------------------------------------------------------------

local tcp_table, udp_table = DissectorTable.get("tcp.port"), DissectorTable.get("udp.port")
local registered_tcp, registered_udp = nil, nil

-- The ports of a preference such as "5064,6000-6010".
local function port_set(text)
    local set = {}
    for part in tostring(text):gmatch("[^,]+") do
        local low, high = part:match("^%s*(%d+)%s*%-?%s*(%d*)%s*$")
        if low then
            for port = tonumber(low), min(tonumber(high) or tonumber(low), 65535) do
                set[port] = true
            end
        end
    end
    return set
end

local function apply_preferences()
    timeout = ca.prefs.timeout * 1e9
    local tcp, udp = tostring(ca.prefs.tcp_ports), tostring(ca.prefs.udp_ports)
    if tcp ~= registered_tcp then
        for port in pairs(registered_tcp and tcp_ports or {}) do
            tcp_table:remove(port, ca)
        end
        tcp_ports, registered_tcp = port_set(tcp), tcp
        for port in pairs(tcp_ports) do
            tcp_table:add(port, ca)
        end
    end
    if udp ~= registered_udp then
        for port in pairs(registered_udp and udp_ports or {}) do
            udp_table:remove(port, ca)
        end
        udp_ports, registered_udp = port_set(udp), udp
        for port in pairs(udp_ports) do
            udp_table:add(port, ca)
        end
    end
end

function ca.prefs_changed()
    apply_preferences()
end

function engine.init()
    reset()
end

local TCP_TYPE, UDP_TYPE = 2, 3

-- Wireshark calls this with the payload of a datagram or segment at a port of Channel Access. It claims it; what there is to show comes when
-- the whole frame is at hand (engine.dissector).
function ca.dissector(tvb, pinfo)
    local n = tvb:len()
    if pinfo.port_type == UDP_TYPE then
        if not pinfo.visited then
            local source, destination = endpoints_of(pinfo)
            local str = tvb:raw()
            local command, size, dtype, count, p1, p2 = read_header(str, 1, #str)
            if not command or not is_possible_datagram(command, size, dtype, count, p1, p2) then
                return 0
            end
            learned_datagrams[source] = learned_datagrams[source] or not (is_datagram_endpoint(source) or is_datagram_endpoint(destination)) or nil
            hand_over(pinfo.number, str, tvb:reported_len(), source, destination)
            return n
        end
        return frame_first[pinfo.number] and n or 0
    end
    if pinfo.visited then
        return not_ours[pinfo.number] and 0 or n
    end
    local source_port, destination_port = pinfo.src_port, pinfo.dst_port
    if suspects[source_port * 65536 + destination_port] and is_foreign(tvb:raw(), endpoints_of(pinfo)) then
        not_ours[pinfo.number] = true
        return 0
    end
    if not tcp_ports[source_port] and not tcp_ports[destination_port] then
        asked_frame = pinfo.number
    end
    return n
end

local function claims_datagram(tvb, pinfo)
    if tvb:len() < 16 or tvb(0, 1):uint() ~= 0 or tvb(1, 1):uint() > LAST_COMMAND then
        return false
    end
    if pinfo.visited then
        return frame_first[pinfo.number] ~= nil
    end
    local str, source, destination = tvb:raw(), endpoints_of(pinfo)
    local command, size, dtype, count, p1, p2 = read_header(str, 1, #str)
    if not command or not is_possible_datagram(command, size, dtype, count, p1, p2) then
        return false
    end
    if not is_datagram_endpoint(source) and not is_datagram_endpoint(destination)
        and not datagram_speaks(str, 1, #str, tvb:reported_len(), source, destination) then
        return false
    end
    hand_over(pinfo.number, str, tvb:reported_len(), source, destination)
    return true
end

-- Segments at any port: the engine tells from the second one of a circuit on; the first speaks for itself.
local function claims_segment(tvb, pinfo)
    if pinfo.visited then
        return frame_first[pinfo.number] ~= nil
    end
    if tvb:len() < 16 or tvb(0, 1):uint() ~= 0 or tvb(1, 1):uint() > LAST_COMMAND then
        return false
    end
    local str = tvb:raw()
    local points, _, contradicted = follow(str, 1, #str, UNKNOWN, true)
    return not contradicted and points >= ENOUGH
end

reset()
apply_preferences()
ca:register_heuristic("udp", claims_datagram)
ca:register_heuristic("tcp", claims_segment)
if tcp_table.add_for_decode_as then
    tcp_table:add_for_decode_as(ca)
    udp_table:add_for_decode_as(ca)
end

local wanted_dissector = Dissector.get("ca")

-- Sees every frame, whatever Wireshark made of it, and once only on the first pass.
function engine.dissector(tvb, pinfo, tree)
    local frame = pinfo.number
    if not pinfo.visited then
        take_frame(frame, tvb:raw(), pinfo)
        local circuit = frame_circuit[frame]
        if circuit and circuit.state and not circuit.is_claimed then
            -- From here on Wireshark asks no other dissector.
            circuit.is_claimed = true
            pinfo.conversation = ca
        end
    elseif not is_gui then
        -- A second pass of tshark: nothing more comes.
        finish()
    end
    if frame_first[frame] or frame_connect[frame] then
        show_frame(frame, tvb, pinfo, tree, tree:referenced(wanted_dissector))
    end
end
register_postdissector(engine)
