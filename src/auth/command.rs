//! The mutations of signing in and of accounts.

use super::Post;
use super::invitation::{self, AcceptedInvitation, PersonInvitation};
use super::session::{self, Session};
use crate::input;
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// By what a person signs in.
    pub struct SignInInput {
        /// The user name; capitals do not matter.
        pub username: String,
        /// The password.
        pub password: String,
    }
}

input! {
    /// What a new session is made of.
    pub struct RefreshTokenInput {
        /// The refresh token of the session before.
        pub refresh_token: String,
    }
}

input! {
    /// The sign-in that ends.
    pub struct SignOutInput {
        /// A refresh token of that sign-in.
        pub refresh_token: String,
    }
}

input! {
    /// The post to change to.
    pub struct ActAsInput {
        /// The id of one of your own appointments (任职), as in `Session.posts`.
        pub post: Id<Post>,
    }
}

input! {
    /// A change of one's own password.
    pub struct ChangePasswordInput {
        /// The present password.
        pub current_password: String,
        /// The new one: 12 to 128 characters of any kind, neither the user name nor easily guessed.
        pub new_password: String,
    }
}

input! {
    /// Whom to invite.
    pub struct InvitePersonInput {
        /// The person's name, at most 50 characters.
        pub name: String,
        /// The user name to sign in with: 3 to 40 letters, digits, or `.`, `_`, `-`. The person may choose another.
        pub username: String,
        /// The person's phone number, kept encrypted.
        pub phone: Option<String>,
        /// The code of the region (行政区划代码) to invite to, within your own; your own where it is left out.
        pub region_code: Option<String>,
        /// A text of your choice, the same when you repeat the call: it then takes effect once. Kept for 24 hours.
        pub idempotency_key: String,
    }
}

input! {
    /// By what an invited person gets an account.
    pub struct AcceptInvitationInput {
        /// The secret of the invitation.
        pub secret: String,
        /// The password to sign in with: 12 to 128 characters of any kind, neither the user name nor easily guessed.
        pub password: String,
        /// Another user name than the one in the invitation.
        pub username: Option<String>,
    }
}

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    let mut commands = guests();
    commands.extend(signed_in());
    commands
}

fn guests() -> Vec<Command> {
    vec![
        Command::guest::<_, Session, _>(
            "signIn",
            "session",
            |caller, input: SignInInput| {
                Box::pin(async move { session::sign_in(caller, &input.username, &input.password).await })
            },
            "Signs in (登录), in the post acted in last or else held first. Every failure is `SIGN_IN_FAILED`, whatever the \
             reason; `NO_POST` where a person with the right password holds no post at present.",
        ),
        Command::guest::<_, Session, _>(
            "refreshToken",
            "session",
            |caller, input: RefreshTokenInput| {
                Box::pin(async move { session::refresh(caller, &input.refresh_token).await })
            },
            "Exchanges a refresh token (刷新令牌) for a new session in the same post. It is good once: repeated within 30 \
             seconds it gives the same next token; repeated later it ends the sign-in. Every failure is `REFRESH_FAILED`.",
        ),
        Command::guest::<_, AcceptedInvitation, _>(
            "acceptInvitation",
            "accepted",
            |caller, input: AcceptInvitationInput| Box::pin(invitation::accept(caller, input)),
            "Accepts an invitation (接受邀请): sets the password and signs in. An invitation that is unknown, used or expired \
             is `INVITATION_FAILED`.",
        ),
    ]
}

fn signed_in() -> Vec<Command> {
    vec![
        Command::value::<_, bool, _>(
            "signOut",
            Capability::AskAnything,
            "done",
            |call, input: SignOutInput| Box::pin(async move { session::sign_out(call, &input.refresh_token).await }),
            "Signs out (退出登录): ends the sign-in that the refresh token belongs to, with all of its tokens, at once.",
        ),
        Command::value::<_, Session, _>(
            "actAs",
            Capability::AskAnything,
            "session",
            |call, input: ActAsInput| Box::pin(session::act_as(call, input.post.0)),
            "Changes to another of your own posts (切换任职): gives a session there, of the same sign-in. The session before \
             goes on until it expires; signing out of either ends both.",
        ),
        Command::value::<_, bool, _>(
            "changePassword",
            Capability::AskAnything,
            "done",
            |call, input: ChangePasswordInput| {
                Box::pin(
                    async move { session::change_password(call, &input.current_password, &input.new_password).await },
                )
            },
            "Changes your password (修改密码) and ends your other sign-ins.",
        ),
        Command::value::<_, PersonInvitation, _>(
            "invitePerson",
            Capability::ManageGroups,
            "invitation",
            |call, input: InvitePersonInput| Box::pin(invitation::invite(call, input)),
            "Invites a person (邀请人员) to your region: makes the account and a secret, shown once, that holds for 7 days. \
             The same names again, before it was accepted, give a new secret in the place of the old. What the person may \
             do follows from the posts that `appointPerson` gives.",
        ),
    ]
}
