/**
 * Operations to begin with. Shown are those that fit the caller's schema. EXAMPLE-KEY becomes a fresh
 * idempotency key; the ids and numbers are those of `liufang demo`.
 */
export const examples = [
  {
    name: 'Vocabulary',
    title: { en: 'Vocabulary', zh: '词汇表' },
    note: { en: 'Every enum value with its Chinese and English label', zh: '全部枚举值及其中英文名称' },
    query: `# 每个枚举值的中英文名称；无需登录，适合前端缓存。
# The label of every enum value, in both languages. Needs no sign-in; made to be cached.

query Vocabulary {
  vocabulary {
    enum
    value
    zh
    en
  }
}
`,
  },
  {
    name: 'SignIn',
    title: { en: 'Sign in by the API', zh: '通过接口登录' },
    note: { en: 'What an app does; on this page use the button', zh: '供应用程序使用；本页请用“登录”按钮' },
    query: `# 应用程序这样登录：访问令牌放入请求头 Authorization: Bearer …，到期用 refreshToken 换新。
# 答案中含令牌，请勿截屏或转发。
# How an app signs in: the access token goes into "Authorization: Bearer …"; before it expires,
# refreshToken gives the next one. The answer holds tokens: do not share it.
# Wrong credentials are no error of the protocol but an entry of userErrors.

mutation SignIn {
  signIn(input: { username: "", password: "" }) {
    session {
      accessToken
      accessTokenExpiresAt
      refreshToken
      refreshTokenExpiresAt
    }
    userErrors {
      code
      message
      path
    }
  }
}
`,
  },
  {
    name: 'Viewer',
    title: { en: 'Who am I?', zh: '我是谁' },
    note: { en: 'Person, role, scopes, posts, region', zh: '本人、角色、权限、任职与辖区' },
    query: `# 当前令牌代表谁、以哪个任职行事、拥有哪些权限。
# Whom this token stands for, in which post, and what it may do.

query Viewer {
  viewer {
    name
    role
    scopes
    post {
      id
      label
      role
    }
    posts {
      id
      label
      role
    }
    region {
      code
      name
    }
  }
}
`,
  },
  {
    name: 'OpenProblems',
    title: { en: 'Open problems', zh: '未办结的问题' },
    note: { en: 'Newest first, with the lead and the last dispositions', zh: '最新在前，附主办方与最近处置' },
    query: `# 未办结的问题，最新在前，附主办方与最近三次处置。
# totalCount 只在选取时计算，且有上限：exact 为 false 表示“至少”。
# Open problems, newest first, with the lead party and the last three dispositions.
# totalCount is computed only when asked for, and bounded: exact false means "at least".

query OpenProblems {
  problems(first: 20, filter: { open: true }, orderBy: [{ field: REPORTED_AT, direction: DESC }]) {
    nodes {
      id
      number
      title
      domain
      status
      reportedAt
      dueAt
      overdue
      group {
        name
      }
      grid {
        name
      }
      leadParty {
        name
        kind
      }
      dispositions(first: 3, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
        nodes {
          action
          content
          createdAt
          party {
            name
          }
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount {
      value
      exact
    }
  }
}
`,
  },
  {
    name: 'NextPage',
    title: { en: 'Page by page', zh: '逐页读取' },
    note: { en: 'Cursors: pass endCursor as $after', zh: '游标分页：把 endCursor 填入变量 after' },
    query: `# 第一页不填变量；之后把上一页的 endCursor 填入变量：{ "after": "…" }，直到 hasNextPage 为 false。
# first 最多 100。
# The first page needs no variable; then pass the last endCursor, { "after": "…" }, until hasNextPage
# is false. first is at most 100.

query NextPage($after: String) {
  problems(first: 50, after: $after, orderBy: [{ field: REPORTED_AT, direction: ASC }]) {
    nodes {
      number
      title
      status
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  },
  {
    name: 'OneProblem',
    title: { en: 'One problem, in full', zh: '一个问题的全貌' },
    note: { en: 'By its number: texts, timeline, what you may do next', zh: '按编号查询：文本、时间线与可用操作' },
    query: `# 按编号读取一个问题。reporter.state 说明诉求人信息对您是可见、脱敏还是不予显示；
# allowedActions 列出您现在可以做什么，不可以时附原因。查无此件与无权查看的回答相同：null。
# One problem by its number. reporter.state tells whether the reporter's data is visible, masked or
# withheld for you; allowedActions what you may do now, and why not. Unknown and foreign alike are null.

query OneProblem {
  problem(number: "ZXL-2026-12823-4") {
    id
    status
    reporter {
      state
      name
      phone
    }
    report
    summary
    timeline(first: 20) {
      nodes {
        type
        text
        at
      }
    }
    allowedActions {
      action
      allowed
      reason
    }
  }
}
`,
  },
  {
    name: 'Community',
    title: { en: 'A community, its grids and groups', zh: '社区、网格与联动小组' },
    note: { en: 'The six parties and their convenor', zh: '六方成员与召集人' },
    query: `# 一个社区的网格，以及联动小组的六方和召集人。
# The grids of a community, its linkage groups with their six parties, and who convenes them.

query Community {
  community(code: "321181402001") {
    name
    grids(first: 50) {
      nodes {
        code
        name
        kind
      }
    }
    groups {
      nodes {
        name
        kind
        status
        parties {
          nodes {
            name
            kind
          }
        }
        convenor {
          name
        }
      }
    }
  }
}
`,
  },
  {
    name: 'Search',
    title: { en: 'Search by words', zh: '按词检索' },
    note: { en: 'In Chinese; only in texts that you may read', zh: '中文分词；只在您可读的文本中查找' },
    query: `# 按词检索问题：须含全部词语，最新在前。只查您可以读到的文本；诉求人的姓名、电话不在检索之列。
# Problems by words in their texts: all words must be there; the newest come first. Only texts that
# you may read are searched; names and phone numbers of reporters never are.

query Search($text: String = "飞线充电") {
  problems(first: 10, filter: { text: $text }) {
    nodes {
      number
      title
      status
      snippet(text: $text) {
        parts {
          text
          hit
        }
      }
    }
  }
}
`,
  },
  {
    name: 'Inbox',
    title: { en: 'What waits for me', zh: '我的待办与通知' },
    note: { en: 'Tasks and whistles of all your posts; what you were told', zh: '全部任职下的任务与吹哨；已收通知' },
    query: `# 您全部任职下的待办，最急的在前；处理时先用 actAs 切换到该条的 post。通知只有编号、事由和时限。
# What waits for you in all your posts, the most urgent first; to act on a row, actAs its post.
# Notifications are a number, a verb and a time: what it is about is read here, by who may read it.

query Inbox {
  viewer {
    inbox(first: 20) {
      nodes {
        kind
        number
        dueAt
        post {
          id
          label
        }
      }
    }
    notifications(first: 10) {
      nodes {
        kind
        text {
          zh
          en
        }
        createdAt
        readAt
      }
    }
  }
}
`,
  },
  {
    name: 'Whistles',
    title: { en: 'Whistles', zh: '吹哨报到' },
    note: { en: 'Who was called to the spot, and who is there', zh: '召集了谁，谁已到场' },
    query: `# 吹哨：被召集的各方须在三十分钟内到场报到；办完之前不得离场。
# Whistles: who is called reports in on the spot within 30 minutes, and leaves when its part is done.

query Whistles {
  whistles(first: 10) {
    nodes {
      id
      status
      grounds
      summary
      place
      raisedAt
      calls(first: 10) {
        nodes {
          party {
            name
          }
          status
          dueAt
          reportedInAt
        }
      }
      allowedActions {
        mutation
        allowed
        reason
      }
    }
  }
}
`,
  },
  {
    name: 'Mediations',
    title: { en: 'Mediations', zh: '调解' },
    note: { en: 'Consent, agreement, and what is still to be performed', zh: '同意、协议与待履行事项' },
    query: `# 您所主持、参与或管理的调解：各方意愿、协议与履行情况。各方同意之前，彼此不显示姓名。
# Mediations that you lead, take part in or look after. Sides are named to each other when all consent.

query Mediations {
  mediations(first: 10) {
    nodes {
      id
      kind
      status
      dueOn
      sides(first: 4) {
        nodes {
          number
          consent
        }
      }
      agreement {
        content
        obligations(first: 10) {
          nodes {
            content
            dueOn
            status
          }
        }
      }
    }
  }
}
`,
  },
  {
    name: 'HalfYear',
    title: { en: 'Statistics of half a year', zh: '半年统计' },
    note: { en: 'Reported, solved, open and overdue; by domain and month', zh: '上报、解决、未结、超期；按类别与月份' },
    query: `# 半年统计。period 只填一项：half、quarter、month、year 或 range。
# 数字为 null 且 suppressed 为 true：该数过小，为保护隐私不予显示。
# Half a year in numbers. period takes one of half, quarter, month, year, range.
# A null with suppressed true is a number too small to be shown.

query HalfYear {
  problemStatistics(region: "321181402001", period: { half: "2026-H1" }) {
    reported
    solved
    open
    overdue
    byDomain {
      domain
      reported
      solved
      suppressed
    }
    byMonth {
      month
      reported
      solved
    }
  }
}
`,
  },
  {
    name: 'ReportProblem',
    title: { en: 'Report a problem', zh: '上报问题' },
    note: { en: 'Writes! Safe to repeat thanks to its key', zh: '会写入数据；凭幂等键可安全重试' },
    query: `# 会写入数据。idempotencyKey 由客户端生成：网络中断后用同一键、同一内容重发，不会重复立案。
# 可以预料的差错在 userErrors 中说明，problem 此时为 null。
# This writes. The client makes the idempotencyKey: repeated after a lost connection, the same key and
# input give the same problem, not a second one. What a person may get wrong is told in userErrors.

mutation ReportProblem {
  reportProblem(
    input: {
      communityCode: "321181402001"
      report: "3 幢楼下的路灯不亮 / The lamp below building 3 is out"
      place: "3 幢南侧 / south of building 3"
      acceptedNotice: "2026-11"
      idempotencyKey: "EXAMPLE-KEY"
    }
  ) {
    problem {
      id
      number
      status
    }
    userErrors {
      code
      message
      path
    }
  }
}
`,
  },
  {
    name: 'ActAs',
    title: { en: 'Act in another post', zh: '切换任职' },
    note: { en: 'For people with several posts; on this page use the list above', zh: '供身兼多职者；本页请用上方的列表' },
    query: `# 身兼多职者换一个任职行事：先用 viewer { posts { id label } } 查到编号。答案是新的令牌。
# For a person with several posts: find the id by viewer { posts { id label } }. The answer is a new
# pair of tokens, with the role of that post.

mutation ActAs {
  actAs(input: { post: "" }) {
    session {
      accessToken
      accessTokenExpiresAt
    }
    userErrors {
      code
      message
      path
    }
  }
}
`,
  },
];
